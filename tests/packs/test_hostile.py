"""Packs that are broken or meant to harm: named by file and line, and nothing is applied."""

import os
import time
from pathlib import Path

import pytest

from tests.factories import packs
from whitebox.packs import loading
from whitebox.packs.models import PackVersion
from whitebox.packs.sections import check


def problems(root: Path) -> list[str]:
    return [str(problem) for problem in check(root).ordered()]


def test_small_pack_is_fine(tmp_path: Path) -> None:
    assert problems(packs.write(tmp_path)) == []


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    packs.put(root, "programme.yml", packs.PROGRAMME.replace("weeks:", "weks:"))
    packs.put(root, packs.MODULE, packs.module(packs.HEAD.replace("week: 1", "week: 0")))
    packs.put(root, packs.OBJECTIVES_FILE, packs.OBJECTIVES.replace("count", "Count It"))

    found = problems(root)

    assert {problem.split(":")[0] for problem in found} == {"programme.yml", packs.MODULE, packs.OBJECTIVES_FILE}
    assert "programme.yml:6: “weks” is not known here (did you mean weeks?)" in found


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        pytest.param("- slug: a\n\tnumber: x\n", 2, "use spaces", id="tab"),
        pytest.param("- &a {slug: a}\n- *a\n", 2, "aliases are not used", id="alias"),
        pytest.param("&a [*a]\n", 1, "aliases are not used", id="alias of itself"),
        pytest.param("- !!python/object/apply:os.system ['true']\n", 1, "could not determine a constructor", id="tag"),
        pytest.param("- slug: a\n  slug: b\n", 2, "stands twice", id="key twice"),
        pytest.param("[" * 100_000, 1, "nested too deeply", id="depth"),
        pytest.param("- slug: a\x00\n", 1, "U+0000 cannot be stored", id="null byte"),
        pytest.param("- number: " + "9" * 5_000 + "\n", 1, "", id="endless number"),
        pytest.param(b"- slug: caf\xe9\n", 1, "not UTF-8", id="latin-1"),
        pytest.param("- slug: a\n".encode("utf-16"), 1, "not UTF-8", id="utf-16"),
        pytest.param("", 1, "", id="empty"),
        pytest.param("just words\n", 1, "", id="scalar"),
    ],
)
def test_hostile_yaml_is_named(tmp_path: Path, content: str | bytes, line: int, words: str) -> None:
    root = packs.write(tmp_path)
    packs.put(root, packs.OBJECTIVES_FILE, content)

    found = [problem for problem in problems(root) if problem.startswith(f"{packs.OBJECTIVES_FILE}:{line}:")]

    assert any(words in problem for problem in found), problems(root)


def test_a_billion_laughs_cost_no_time(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    lines = ["a0: &a0 [lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    packs.put(root, "milestones.yml", "\n".join(lines))
    started = time.process_time()

    found = problems(root)

    assert found == ["milestones.yml:2: aliases are not used in packs: write it out"]
    assert time.process_time() - started < 3  # Written out it would be a hundred billion words.


@pytest.mark.parametrize("file", ["programme.yml", packs.MODULE, packs.OBJECTIVES_FILE])
def test_missing_file_is_named(tmp_path: Path, file: str) -> None:
    root = packs.write(tmp_path)
    (root / file).unlink()

    assert any(problem.startswith(f"{file}:1: the file is missing") for problem in problems(root))


def test_missing_folder_is_named(tmp_path: Path) -> None:
    assert "there is no folder" in problems(tmp_path / "nowhere")[0]


def test_file_that_nobody_reads_is_named(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    packs.put(root, "modules/01-first-week/objectives.yaml", packs.OBJECTIVES)

    assert [problem.split(" (")[0] for problem in problems(root)] == [
        "modules/01-first-week/objectives.yaml:1: nothing reads this file"
    ]


def test_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    root, secret = packs.write(tmp_path / "pack"), tmp_path / "secret.md"
    secret.write_text(packs.module())
    (root / packs.MODULE).unlink()
    (root / packs.MODULE).symlink_to(secret)

    assert problems(root) == [f"{packs.MODULE}:1: this link leads out of the pack (put the file itself here)"]


def test_links_inside_the_pack_and_to_themselves_are_refused(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    (root / "letters").symlink_to(root / "modules")
    (root / "milestones.yml").symlink_to("milestones.yml")

    assert [problem.split(" (")[0] for problem in problems(root)] == [
        "letters:1: this is a link, not a file",
        "milestones.yml:1: this is a link, not a file",
    ]


def test_pipe_is_refused_and_not_opened(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    os.mkfifo(root / "milestones.yml")

    assert problems(root)[0].startswith("milestones.yml:1: this is a device, a socket or a pipe")


@pytest.mark.parametrize("name", [b"caf\xe9.md", b"a\nb.md", b"\x1b[2J.md"])
def test_name_that_cannot_be_shown_is_named(tmp_path: Path, name: bytes) -> None:
    root = packs.write(tmp_path)
    Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_text("x")

    (found,) = problems(root)

    assert "the file's name is not UTF-8" in found
    found.encode()
    assert found.isprintable()


def test_names_that_differ_in_capitals_only_are_named(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    packs.put(root, "Programme.yml", packs.PROGRAMME)

    assert any("differs from Programme.yml in capitals only" in problem for problem in problems(root))


def test_pack_of_too_many_bytes_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = packs.write(tmp_path)
    monkeypatch.setattr("whitebox.packs.contents.MOST_BYTES", 100)

    assert problems(root) == [".:1: the files take more than 100 bytes together (is this the right folder?)"]


def test_pack_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = packs.write(tmp_path)
    monkeypatch.setattr("whitebox.packs.contents.MOST_FILES", 2)

    assert problems(root) == [".:1: a pack has at most 2 files (is this the right folder?)"]


def test_a_hundred_thousand_mistakes_cost_no_time(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    packs.put(root, "programme.yml", packs.PROGRAMME + "".join(f"k{n}: 1\n" for n in range(90_000)))
    started = time.process_time()

    found = problems(root)

    assert len(found) == 101
    assert found[-1].endswith("there are more problems in this file (mend these first)") or "more problems" in str(
        found
    )
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title: The first week", "title: 2024-01-01", "write it in quotes"),
        ("title: The first week", "title: No", "write it in quotes"),
        ("week: 1", "week: 1\n7: seven", "write the key in quotes"),
        ("title: The first week", 'title: "a\\0b"', "U+0000 cannot be stored"),
        ("title: The first week", 'title: "a\\ud800b"', ""),
        ("title: The first week", "? [a, b]\n: The first week", ""),
        ("title: The first week", "title: !!binary aGVsbG8=", "tags are not used"),
    ],
)
def test_what_yaml_makes_of_a_value_is_explained(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in packs.HEAD
    root = packs.write(tmp_path)
    packs.put(root, packs.MODULE, packs.module(packs.HEAD.replace(old, new)))

    found = [problem for problem in problems(root) if problem.startswith(f"{packs.MODULE}:")]

    assert any(words in problem for problem in found), problems(root)


@pytest.mark.parametrize("file", [packs.MODULE, packs.OBJECTIVES_FILE])
def test_control_character_is_named_by_its_line(tmp_path: Path, file: str) -> None:
    root = packs.write(tmp_path)
    text = (root / file).read_text()
    packs.put(root, file, text + "\n\x00\n")

    assert f"{file}:{text.count(chr(10)) + 2}: the character U+0000 cannot be stored (take it out)" in problems(root)


def test_large_text_is_refused(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    packs.put(root, packs.MODULE, packs.module(body=packs.BODY + "word " * 200_000))

    assert any(problem.startswith(f"{packs.MODULE}:1: the file is larger") for problem in problems(root))


def test_formula_that_does_not_convert_is_named_by_its_line(tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    nested = "\\sqrt{" * 20_000 + "x" + "}" * 20_000
    packs.put(root, packs.MODULE, packs.module(body=packs.BODY.replace("Read.", f"Read.\n\n${nested}$")))
    line = packs.module().split("\n").index("Read.") + 3

    assert any(problem.startswith(f"{packs.MODULE}:{line}:") for problem in problems(root))


MARKUP = [
    "<script>alert(1)</script>",
    "$\\text{<script>alert(1)</script>}$",
    "$$\n\\text{<script>alert(1)</script>}\n$$",
    "Well, </SCRIPT >",
    "| <iframe src='//evil.example'> |\n|-|\n| x |",
    "<a href='#' onclick='x()'>a</a>",
]


@pytest.mark.parametrize("script", MARKUP)
def test_script_in_a_text_is_named_by_its_line_and_nothing_is_applied(db: None, tmp_path: Path, script: str) -> None:
    root = packs.write(tmp_path)
    packs.put(root, packs.MODULE, packs.module(body=packs.BODY.replace("Read.", f"Read.\n\n{script}")))
    line = packs.module().split("\n").index("Read.") + 3

    with pytest.raises(loading.BrokenPack) as broken:
        loading.load(root, by=None)

    assert f"{packs.MODULE}:{line}: HTML is shown as text" in str([str(one) for one in broken.value.report.errors])
    assert not PackVersion.objects.exists()


@pytest.mark.parametrize(
    "text", ["`<script>`", "```html\n<script>\n```", "Give your <name> and <day>.", "a < script > b"]
)
def test_what_only_looks_like_a_script_is_fine(tmp_path: Path, text: str) -> None:
    root = packs.write(tmp_path)
    packs.put(root, packs.MODULE, packs.module(body=packs.BODY.replace("Read.", text)))

    assert problems(root) == []


def test_twenty_thousand_roots_are_named_and_cost_no_time(db: None, tmp_path: Path) -> None:
    root = packs.write(tmp_path)
    packs.put(root, packs.MODULE, packs.module(body=packs.BODY.replace("Talk.", "$" + "\\sqrt" * 20_000 + "{x}$")))
    line = packs.module().split("\n").index("Talk.") + 1
    started = time.process_time()

    with pytest.raises(loading.BrokenPack) as broken:
        loading.load(root, by=None)

    assert [str(one).split(" has ")[0] for one in broken.value.report.errors] == [
        f"{packs.MODULE}:{line}: This formula"
    ]
    assert time.process_time() - started < 3
    assert not PackVersion.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packs.module().encode("utf-16"), "not UTF-8"),
        (packs.module(body=packs.BODY.replace("Talk.", "Caf\xe9.")).encode("latin-1"), "not UTF-8"),
        (packs.module().replace("title:", "\ttitle:").encode(), "use spaces"),
        (packs.module(body=packs.BODY + "word " * 210_000).encode(), "larger than 1,000,000 bytes"),
    ],
)
def test_text_that_cannot_be_read_is_named_and_nothing_is_applied(
    db: None, tmp_path: Path, content: bytes, words: str
) -> None:
    root = packs.write(tmp_path)
    packs.put(root, packs.MODULE, content)

    with pytest.raises(loading.BrokenPack, match="Nothing was changed") as broken:
        loading.load(root, by=None)

    named = [str(one) for one in broken.value.report.errors if str(one).startswith(f"{packs.MODULE}:")]
    assert any(words in one for one in named), named
    assert not PackVersion.objects.exists()


@pytest.mark.parametrize("file", ["programme.yml", packs.MODULE, packs.OBJECTIVES_FILE])
def test_broken_pack_leaves_the_good_one_live(db: None, tmp_path: Path, file: str) -> None:
    root = packs.write(tmp_path)
    good = loading.load(root, by=None)
    packs.put(root, file, "\tnot yaml")

    with pytest.raises(loading.BrokenPack, match="Nothing was changed"):
        loading.load(root, by=None)

    assert list(PackVersion.objects.filter(is_live=True)) == [good]
    assert good.modules.count() == 1
