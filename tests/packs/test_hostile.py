"""Packs that are broken or meant to harm: named by file and line, and nothing is applied."""

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
        pytest.param("- slug: a\x00\n", 1, "this is not YAML", id="null byte"),
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
    started = time.perf_counter()

    found = problems(root)

    assert found == ["milestones.yml:2: aliases are not used in packs: write it out"]
    assert time.perf_counter() - started < 3  # Written out it would be a hundred billion words.


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

    found = problems(root)

    assert any(problem.startswith(f"{packs.MODULE}:1: the file is missing") for problem in found)
    assert any(problem.startswith(f"{packs.MODULE}:1: this link leads out of the pack") for problem in found)


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


@pytest.mark.parametrize("script", ["<script>alert(1)</script>", "$\\text{<script>alert(1)</script>}$"])
def test_script_in_a_text_never_runs(db: None, tmp_path: Path, script: str) -> None:
    root = packs.write(tmp_path)
    packs.put(root, packs.MODULE, packs.module(body=packs.BODY.replace("Read.", script)))

    version = loading.load(root, by=None)

    assert "<script" not in version.modules.get().before_html


@pytest.mark.parametrize("file", ["programme.yml", packs.MODULE, packs.OBJECTIVES_FILE])
def test_broken_pack_leaves_the_good_one_live(db: None, tmp_path: Path, file: str) -> None:
    root = packs.write(tmp_path)
    good = loading.load(root, by=None)
    packs.put(root, file, "\tnot yaml")

    with pytest.raises(loading.BrokenPack, match="Nothing was changed"):
        loading.load(root, by=None)

    assert list(PackVersion.objects.filter(is_live=True)) == [good]
    assert good.modules.count() == 1
