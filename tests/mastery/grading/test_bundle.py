"""Code in several files: stored as one text, imported in the box, explained file by file."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from mastery.grading import code
from mastery.grading.code import Exercise, ExerciseError, Verdict
from mastery.grading.runner import bundle
from tests.mastery.grading.exercises import CASES

FILES = ("softmax.py", "stable.py")
MAIN = "import numpy as np\nfrom stable import shifted\n\n\ndef softmax_rows(x):\n    powers = np.exp(shifted(x))\n"
MAIN += "    return powers / powers.sum(axis=1, keepdims=True)\n"
HELPER = "def shifted(x):\n    return x - x.max(axis=1, keepdims=True)\n"
REFERENCE = bundle.join({"softmax.py": MAIN, "stable.py": HELPER})
STARTER = bundle.join({"softmax.py": MAIN, "stable.py": "def shifted(x):\n    raise NotImplementedError\n"})
MUTANTS = {
    "unshifted": REFERENCE.replace("return x - x.max(axis=1, keepdims=True)", "return x"),
    "columns": REFERENCE.replace("sum(axis=1", "sum(axis=0"),
    "halved": REFERENCE.replace("return powers /", "return powers / 2 /"),
}
SEVERAL = Exercise("softmax_rows", STARTER, REFERENCE, CASES, MUTANTS, files=FILES)


@pytest.fixture(params=[True, False], ids=["zygote", "isolated"])
def box(request: pytest.FixtureRequest, settings: Settings) -> None:
    settings.SANDBOX_ZYGOTE = request.param


texts = st.text(st.sampled_from("ab #\n:filestpy."), max_size=60)


@given(first=texts, second=texts)
def test_splitting_what_was_joined_gives_the_files_back(first: str, second: str) -> None:
    parts = {"softmax.py": first, "stable.py": second}
    if any(line.startswith(bundle.MARK) for text in parts.values() for line in text.splitlines()):
        return  # Whoever writes such a line moves what follows to the other file, and sees it there.

    found = bundle.split(bundle.join(parts), FILES)

    assert {name: text.rstrip("\n") for name, text in found.items()} == {
        name: text.rstrip("\n") for name, text in parts.items()
    }


def test_text_without_a_mark_is_the_first_file() -> None:
    assert bundle.split("x = 1\n", FILES) == {"softmax.py": "x = 1\n", "stable.py": ""}


@pytest.mark.sandbox
def test_the_reference_passes_and_no_mutant_does(box: None) -> None:
    assert code.check_exercise(SEVERAL, [1]) == []


@pytest.mark.sandbox
def test_an_error_names_the_file_and_the_line(box: None) -> None:
    found = code.grade(REFERENCE.replace("return x - x", "return x - y - x"), SEVERAL, 1)

    assert found.verdict is Verdict.NOT_YET
    assert "line 2: stable.py: return x - y - x.max(axis=1, keepdims=True)" in found.message
    assert "softmax.py: powers = np.exp(shifted(x))" in found.message


@pytest.mark.sandbox
def test_a_syntax_error_in_another_file_is_told(box: None) -> None:
    found = code.grade(REFERENCE.replace("def shifted(x):", "def shifted(x:"), SEVERAL, 1)

    assert found.verdict is Verdict.NOT_YET
    assert "SyntaxError" in found.message


@pytest.mark.sandbox
def test_a_file_cannot_stand_in_for_the_runners_own(box: None) -> None:
    """The names of files are the author's; one that is called like the runner's codec changes nothing."""
    files = ("softmax.py", "codec.py")
    forged = bundle.join(
        {"softmax.py": "import codec\ndef softmax_rows(x):\n    return codec.x\n", "codec.py": "x = 1\n"}
    )

    found = code.grade(forged, replace(SEVERAL, files=files, reference=MAIN_ALONE), 1)

    assert found.verdict is Verdict.NOT_YET


MAIN_ALONE = MAIN.replace(
    "from stable import shifted\n", "def shifted(x):\n    return x - x.max(axis=1, keepdims=True)\n"
)


@pytest.mark.parametrize("files", [("one.py",), ("a.py", "a.py"), ("a.py", "b"), ("a.py", "../b.py"), ("A.py", "b.py")])
def test_bad_names_of_files_are_refused(files: tuple[str, ...]) -> None:
    with pytest.raises(ExerciseError, match="files:"):
        replace(SEVERAL, files=files)


def test_an_exercise_in_one_file_keeps_its_digest() -> None:
    alone = Exercise("f", "", "def f(): ...", "PUBLIC = []")

    assert alone.digest == replace(alone, files=()).digest
    assert SEVERAL.digest != replace(SEVERAL, files=("softmax.py", "other.py")).digest
