"""What the curriculum's part of a pack refuses, and what it stores."""

from pathlib import Path

import pytest

from curriculum import figures
from curriculum.choices import ModuleStatus
from curriculum.figures import part_of
from curriculum.models import Module, ModuleVersion, Objective
from curriculum.pack import SECTION
from tests.factories import packs
from tests.factories.curriculum import PackVersionFactory
from whitebox.packs.folder import Folder
from whitebox.packs.reports import Report, Severity

HEAD = """\
slug: first-week
title: The first week
week: 1
summary: Where everything begins.
status: complete
aliases: []
resources:
  - slug: long-read
    title: A long read
    year: n.d.
    url: https://example.test/read
    kind: post
    minutes: 240
    why: Look for the idea.
  - {slug: more, title: More, url: "https://example.test", kind: video, minutes: 10, minutes_are: real, required: false}
exercises:
  - slug: by-hand
    title: By hand
    minutes: 120
    difficulty: 2
    importance: 5
    text: |
      Work out $1 + 1$.
agenda:
  - {minutes: 30, title: Talk, text: "In *pairs*."}
  - {minutes: 90, title: Work}
"""
BODY = """
## Before the session

Read.[^1]

### An idea

![A line](figures/line.svg)

[^1]: With care.

## In the session

Talk about `## After the session`.

## After the session

Think.
"""
OBJECTIVES = """\
- slug: count
  number: "1.1"
  text: Count to three
  topic: numbers
  taught_in: [An idea]
  correctives:
    - slug: count-fingers
      title: With fingers
      kind: picture
      minutes: 5
      text: |
        Use $2$ hands.
- slug: weigh
  number: "1.2"
  text: Weigh a stone
  topic: weights
  blocking: false
  taught_in: [Before the session]
  correctives:
    - {slug: weigh-scales, title: With scales, kind: exercise, minutes: 5, text: Use scales.}
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><title>A line</title><path d="M0 0h40"/></svg>'
FIGURE = "modules/01-first-week/figures/line.svg"


def complete(root: Path, *, head: str = HEAD, body: str = BODY, objectives: str = OBJECTIVES, svg: str = SVG) -> Path:
    packs.write(root)
    packs.put(root, packs.MODULE, packs.module(head, body))
    packs.put(root, packs.OBJECTIVES_FILE, objectives)
    packs.put(root, FIGURE, svg)
    return root


def problems(root: Path, severity: Severity = Severity.ERROR) -> list[str]:
    report = Report()
    SECTION.check(Folder(root, report), report)
    return [str(problem) for problem in report.ordered() if problem.severity == severity]


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_complete_module_is_fine(tmp_path: Path) -> None:
    root = complete(tmp_path)

    assert problems(root) + problems(root, Severity.WARNING) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("url: https://example.test/read", "url: ftp://example.test", "url"),
        ("kind: post", "kind: song", "kind"),
        ("difficulty: 2", "difficulty: 6", "difficulty"),
        ("why: Look", "wy: Look", "did you mean why?"),
        ("minutes: 90", "minutes: 80", "the agenda takes 110 minutes, the session 120"),
        ("slug: more", "slug: long-read", "the resource “long-read” stands in"),
        ("slug: first-week", "slug: weak-first", "does not fit (call it 01-weak-first)"),
        ("week: 1", "week: 2", "week 1 has no module"),
        ("week: 1", "week: 2", "the programme has 1 weeks"),
        ("aliases: []", "aliases: [first-week]", "the module or alias “first-week” stands in"),
        ("Work out $1 + 1$.", "Work out $\\frac{1$.", "a brace without its partner"),
    ],
)
def test_mistake_in_front_matter_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in HEAD
    root = complete(tmp_path, head=HEAD.replace(old, new))

    assert any(words.lower() in problem.lower() for problem in problems(root)), problems(root)


@pytest.mark.parametrize(
    ("old", "new", "words", "shift"),
    [
        ("figures/line.svg", "figures/lime.svg", "There is no picture named figures/lime.svg", 0),
        ("![A line]", "![]", "no description", 0),
        ("### An idea", "##### An idea", "This heading has level 5", 0),
        ("### An idea", "# An idea", "Start headings with ##", 0),
        ("## In the session", "## In a session", "did you mean ## In the session?", 0),
        ("Read.[^1]", "Read.[^1]\n\n$$\n\\nocommand\n$$", "nocommand is not known", 2),
    ],
)
def test_mistake_in_the_text_is_named_by_its_line(tmp_path: Path, old: str, new: str, words: str, shift: int) -> None:
    root = complete(tmp_path, body=BODY.replace(old, new))
    line = line_of(packs.module(HEAD, BODY), old) + shift

    assert any(f"{packs.MODULE}:{line}: " in found and words in found for found in problems(root)), problems(root)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("#h-no-idea", "did you mean h-an-idea?"),
        ("../02-second/module.md", "there is no module 02-second"),
        ("../01-first-week/module.md#h-nothing", "leads nowhere"),
        ("/learn/cohort-1/", "leads nowhere"),
        ("other.md", "leads nowhere"),
    ],
)
def test_dead_link_is_named_by_its_line(tmp_path: Path, link: str, words: str) -> None:
    root = complete(tmp_path, body=BODY.replace("Think.", f"Think.\n\nSee [this]({link})."))
    line = line_of(packs.module(HEAD, BODY), "Think.") + 2

    (found,) = problems(root)

    assert found.startswith(f"{packs.MODULE}:{line}: ")
    assert words in found


@pytest.mark.parametrize("link", ["#h-an-idea", "#exercise-by-hand", "../01-first-week/module.md#h-an-idea"])
def test_link_inside_the_pack_is_fine(tmp_path: Path, link: str) -> None:
    assert problems(complete(tmp_path, body=BODY.replace("Think.", f"[Think]({link})."))) == []


def test_corrective_stands_alone_so_its_links_lead_elsewhere(tmp_path: Path) -> None:
    (found,) = problems(complete(tmp_path, objectives=OBJECTIVES.replace("Use $2$", "See [it](#h-an-idea): $2$")))

    assert "stands on a page of its own" in found


def test_objective_names_the_headings_that_teach_it(tmp_path: Path) -> None:
    (wrong,) = problems(complete(tmp_path / "a", objectives=OBJECTIVES.replace("[An idea]", "[An ideal]")))
    untaught = complete(tmp_path / "b", objectives=OBJECTIVES.replace("  taught_in: [An idea]\n", ""))

    assert "module.md has no heading “An ideal” (did you mean “An idea”?)" in wrong
    assert problems(untaught) == []
    assert "no part of the text teaches the objective “count”" in problems(untaught, Severity.WARNING)[0]


def test_figure_with_an_endless_name_is_refused(tmp_path: Path) -> None:
    root = complete(tmp_path)
    packs.put(root, FIGURE.replace("line", "l" * 90), SVG)

    assert "more than 80 characters" in problems(root)[0]


def test_missing_repeated_and_swapped_parts_are_named(tmp_path: Path) -> None:
    first, second, third = ("## Before the session\n", "## In the session\n", "## After the session\n")

    assert "the part “## In the session” is missing" in problems(complete(tmp_path, body=first + third))[0]
    assert "stands twice" in "".join(problems(complete(tmp_path, body=first + second + second + third)))
    assert "not in order" in "".join(problems(complete(tmp_path, body=second + first + third)))


@pytest.mark.parametrize("key", ["resources", "exercises", "agenda"])
def test_complete_module_needs_all_its_parts(tmp_path: Path, key: str) -> None:
    lines = HEAD.splitlines(keepends=True)
    start = lines.index(f"{key}:\n")
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))

    found = problems(complete(tmp_path, head="".join(lines[:start] + lines[end:])))

    assert any(f"a complete module needs {key}" in problem for problem in found)


def test_objective_without_a_corrective_is_named(tmp_path: Path) -> None:
    objectives = OBJECTIVES[: OBJECTIVES.rindex("  correctives:")]

    (found,) = problems(complete(tmp_path, objectives=objectives))

    assert found.startswith(f"{packs.OBJECTIVES_FILE}:{line_of(OBJECTIVES, 'slug: weigh')}: ")
    assert "has no corrective" in found


@pytest.mark.parametrize(("old", "new"), [("slug: weigh\n", "slug: count\n"), ('number: "1.2"', 'number: "1.1"')])
def test_objective_that_stands_twice_is_named(tmp_path: Path, old: str, new: str) -> None:
    (found,) = problems(complete(tmp_path, objectives=OBJECTIVES.replace(old, new)))

    assert f"stands in {packs.OBJECTIVES_FILE}:" in found


def test_formula_in_a_corrective_is_named_by_its_line(tmp_path: Path) -> None:
    found = problems(complete(tmp_path, objectives=OBJECTIVES.replace("$2$", "$\\frac{2$")))

    assert [problem.split(": ")[0] for problem in found] == [f"{packs.OBJECTIVES_FILE}:{line_of(OBJECTIVES, 'hands')}"]


def test_two_modules_of_one_week_are_named(tmp_path: Path) -> None:
    root = complete(tmp_path)
    packs.put(root, "modules/01-other/module.md", packs.module(packs.HEAD.replace("first-week", "other")))
    packs.put(root, "modules/01-other/objectives.yml", packs.OBJECTIVES.replace("count", "c").replace("1.1", "1.9"))

    line = line_of(packs.module(HEAD), "week: 1")
    assert [problem.split(": ")[1].split(" (")[0] for problem in problems(root)] == [
        f"the week “1” stands in {packs.MODULE}:{line} already"
    ]


@pytest.mark.parametrize(("minutes", "is_fine"), [(180, True), (179, False), (480, True), (481, False)])
def test_week_that_is_too_light_or_heavy_is_a_warning(tmp_path: Path, minutes: int, is_fine: bool) -> None:
    root = complete(tmp_path, head=HEAD.replace("minutes: 240", f"minutes: {minutes}"))

    assert problems(root) == []
    assert (problems(root, Severity.WARNING) == []) == is_fine


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<foreignObject/>", "<foreignObject>"),
        ('<path onload="alert(1)"/>', "onload"),
        ('<use href="https://example.test/x.svg#a"/>', "href may only point inside"),
        ('<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="data:image/svg+xml,x"/>', "href may only"),
        ('<path style="fill: url(https://example.test/x)"/>', "style may only point inside"),
        ("<style>@import 'x';</style>", "<style>"),
        ("<animate/>", "<animate>"),
        ("<path>", "this is not SVG"),
    ],
)
def test_figure_that_could_act_is_refused(tmp_path: Path, markup: str, words: str) -> None:
    found = problems(complete(tmp_path, svg=SVG.replace("<path", f"{markup}<path")))

    assert any(problem.startswith(f"{FIGURE}:1: ") and words in problem for problem in found), found


def test_figure_with_entities_is_refused_unread(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>' + SVG

    assert any("no document type" in problem for problem in problems(complete(tmp_path, svg=bomb)))


def test_figure_nobody_shows_is_a_warning(tmp_path: Path) -> None:
    root = complete(tmp_path)
    packs.put(root, FIGURE.replace("line", "other"), SVG.replace("40", "41"))

    assert problems(root) == []
    assert [found.split(": ", 1)[1] for found in problems(root, Severity.WARNING)] == [
        "warning: no text shows this figure"
    ]


def stored(root: Path) -> ModuleVersion:
    report = Report()
    version = PackVersionFactory.create(pack="tiny")
    SECTION.load(Folder(root, report), version)
    assert report.ordered() == []
    return ModuleVersion.objects.get(version=version)


def test_load_stores_all_of_a_module(db: None, tmp_path: Path) -> None:
    module = stored(complete(tmp_path))

    assert (module.week, module.status, module.module.slug) == (1, ModuleStatus.COMPLETE, "first-week")
    assert module.contents == [{"level": 3, "text": "An idea", "slug": "h-an-idea"}]
    assert [(step["minutes"], step["html"].strip()) for step in module.agenda] == [
        (30, "<p>In <em>pairs</em>.</p>"),
        (90, ""),
    ]
    assert [(one.slug, one.is_required, one.year) for one in module.resources.all()] == [
        ("long-read", True, None),
        ("more", False, None),
    ]
    assert [(one.number, one.is_blocking) for one in module.objectives.all()] == [("1.1", True), ("1.2", False)]
    assert [one.correctives.get().slug for one in module.objectives.all()] == ["count-fingers", "weigh-scales"]
    assert "<math" in module.exercises[0]["html"]


def test_load_cuts_the_text_at_its_parts(db: None, tmp_path: Path) -> None:
    module = stored(complete(tmp_path))

    assert module.before_html.startswith("<p>Read.")
    assert "With care." in module.before_html
    assert module.in_html == "<p>Talk about <code>## After the session</code>.</p>"
    assert module.after_html == "<p>Think.</p>"


def test_load_gives_a_figure_an_address_of_its_content(db: None, tmp_path: Path) -> None:
    module = stored(complete(tmp_path))

    figure = module.figures.get()
    address = f"/learn/figures/{figure.digest}/line.svg"
    assert (figure.content, len(figure.digest)) == (SVG, 64)
    assert f'src="{address}" width="40" height="20"' in module.before_html


def test_load_puts_several_figures_into_one_file(db: None, tmp_path: Path) -> None:
    other = SVG.replace("0 0 40 20", "0 0 60 30").replace("<path", '<path id="a" fill="url(#b)"')
    body = BODY.replace("An idea\n", "An idea\n\n![Other](figures/other.svg)\n", 1)
    root = complete(tmp_path, body=body, svg=SVG.replace("<path", '<path id="a" fill="#123456"'))
    packs.put(root, FIGURE.replace("line", "other"), other)

    module = stored(root)

    by_name = {one.name: one for one in module.figures.all()}
    sheet = by_name.pop("sheet.svg")
    line, wide = (part_of(by_name[name].digest) for name in ("line.svg", "other.svg"))
    address = f"/learn/figures/{sheet.digest}/sheet.svg"
    assert f'src="{address}#{line}" width="40" height="20"' in module.before_html
    assert f'src="{address}#{wide}" width="60" height="30"' in module.before_html
    assert list(figures.problems(sheet.content.replace("<view ", "<g "))) == []
    assert f'<view id="{line}" viewBox="0 0 40 20" />' in sheet.content
    assert f'<view id="{wide}" viewBox="0 28 60 30" />' in sheet.content
    assert f'<path id="{line}-a" fill="#123456" d="M0 0h40" />' in sheet.content
    assert f'<path id="{wide}-a" fill="url(#{wide}-b)" d="M0 0h40" />' in sheet.content


def test_a_figure_with_the_name_of_the_joint_file_is_refused(tmp_path: Path) -> None:
    root = complete(tmp_path)
    packs.put(root, FIGURE.replace("line", "sheet"), SVG)

    assert any("choose another" in problem for problem in problems(root))


def test_load_turns_links_to_weeks_into_addresses(db: None, tmp_path: Path) -> None:
    link = "[Again](../01-first-week/module.md#h-an-idea)"

    module = stored(complete(tmp_path, body=BODY.replace("Think.", link)))

    assert 'href="../first-week/#h-an-idea"' in module.after_html


def test_second_version_keeps_the_identities(db: None, tmp_path: Path) -> None:
    first, second = stored(complete(tmp_path / "a")), stored(complete(tmp_path / "b"))

    assert first.module == second.module
    assert Objective.objects.count() == 2


def test_renamed_module_stays_the_same_by_its_alias(db: None, tmp_path: Path) -> None:
    first = stored(complete(tmp_path / "a"))

    renamed = stored(
        complete(
            tmp_path / "b",
            head=HEAD.replace("slug: first-week", "slug: begin").replace("aliases: []", "aliases: [first-week]"),
        )
    )

    assert renamed.module_id == first.module_id
    # The address stays, so that old links and bookmarks go on to work.
    assert (Module.objects.get().slug, renamed.written_slug) == ("first-week", "begin")


def with_second_week(root: Path, *, first: str = "", second: str = "") -> Path:
    """Write two weeks whose front matter ends with the given lines."""
    complete(root, head=HEAD + first)
    packs.put(root, "programme.yml", packs.PROGRAMME.replace("weeks: 1", "weeks: 2"))
    head = packs.HEAD.replace("first-week", "second-week").replace("week: 1", "week: 2") + second
    packs.put(root, "modules/02-second-week/module.md", packs.module(head))
    objectives = packs.OBJECTIVES.replace("count", "see").replace("1.1", "2.1")
    packs.put(root, "modules/02-second-week/objectives.yml", objectives)
    return root


def test_modules_that_wait_for_each_other_are_named(tmp_path: Path) -> None:
    (found,) = problems(with_second_week(tmp_path, first="requires: [second-week]\n"))

    assert found.startswith(f"{packs.MODULE}:{line_of(packs.module(HEAD + 'requires:'), 'requires:')}: ")
    assert "first-week → second-week → first-week" in found


def test_module_that_waits_for_itself_or_for_nobody_is_named(tmp_path: Path) -> None:
    (itself,) = problems(with_second_week(tmp_path / "a", second="requires: [second-week]\n"))
    (nobody,) = problems(with_second_week(tmp_path / "b", second="requires: [first-weak]\n"))

    assert "second-week → second-week" in itself
    assert "no such module (did you mean first-week?)" in nobody


def test_module_may_wait_for_any_other_or_for_none(db: None, tmp_path: Path) -> None:
    assert problems(with_second_week(tmp_path / "a", second="requires: []\n")) == []
    root = with_second_week(tmp_path / "b", second="requires: [first-week]\n")
    assert problems(root) == []

    version = PackVersionFactory.create(pack="tiny")
    SECTION.load(Folder(root, Report()), version)

    first, second = version.modules.order_by("week")
    assert (first.waits_for, second.waits_for) == (None, [first.module_id])


@pytest.mark.parametrize(
    "objectives",
    [
        OBJECTIVES.replace("slug: weigh\n", "slug: weigh\n  aliases: [count]\n"),
        OBJECTIVES.replace("slug: weigh\n", "slug: weigh\n  aliases: [old, old]\n"),
    ],
)
def test_alias_that_somebody_else_has_is_named(tmp_path: Path, objectives: str) -> None:
    (found,) = problems(complete(tmp_path, objectives=objectives))

    assert f"stands in {packs.OBJECTIVES_FILE}:" in found


def test_load_keeps_where_an_objective_is_taught(db: None, tmp_path: Path) -> None:
    module = stored(complete(tmp_path))

    assert [one.taught_in for one in module.objectives.all()] == [
        [{"text": "An idea", "slug": "h-an-idea"}],
        [{"text": "Before the session", "slug": "before"}],
    ]


def test_renamed_resource_keeps_the_name_that_ticks_know(db: None, tmp_path: Path) -> None:
    stored(complete(tmp_path / "a"))

    head = HEAD.replace("- slug: long-read", "- slug: read-long\n    aliases: [long-read]")
    second = stored(complete(tmp_path / "b", head=head))

    assert [(one.slug, one.written_slug) for one in second.resources.all()] == [
        ("long-read", "read-long"),
        ("more", "more"),
    ]
