"""What the curriculum's part of a pack refuses, and what it stores."""

from pathlib import Path

import pytest

from curriculum.choices import ModuleStatus
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
    assert Module.objects.get().slug == "begin"
