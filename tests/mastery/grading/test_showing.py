import numpy as np
import pytest

from mastery.grading.runner.codec import Other
from mastery.grading.showing import SHOWN_BYTES, VALUE_CHARACTERS, cleaned, shown_call, shown_output, shown_value


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("nul\x00bell\x07back\x08", "nulbellback"),
        ("one\r\ntwo\rthree", "one\ntwothree"),
        ("turn\u202eed\u2066", "turned"),
        ("half \ud800", "half "),
        ("c1 \x9b31m", "c1 31m"),
        ("<b>stays: the template escapes it</b>", "<b>stays: the template escapes it</b>"),
        ("Unicode ✓ é", "Unicode ✓ é"),
    ],
)
def test_cleaned_takes_out_what_plays_tricks(text: str, clean: str) -> None:
    assert cleaned(text) == clean


def test_shown_output_is_cut_and_says_so() -> None:
    assert shown_output(b"ok \xff") == ("ok \ufffd", False)
    assert shown_output(b"x" * (SHOWN_BYTES + 1)) == ("x" * SHOWN_BYTES, True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        ([1, (2.5,), {"a": "b"}], "[1, (2.5,), {'a': 'b'}]"),
        (np.array([[1.0, 2.0]]), "array([[1., 2.]])"),
        (np.array([True]), "array([ True])"),
        (np.array([1], np.int8), "array([1], dtype=int8)"),
        (np.zeros((0, 2)), "array([], shape=(0, 2))"),
        (np.float32(0.5), "0.5"),
        (Other("complex"), "<complex>"),
    ],
)
def test_shown_value_reads_like_python(value: object, text: str) -> None:
    assert shown_value(value) == text


@pytest.mark.parametrize(
    "value", [list(range(100_000)), "x" * 100_000, {str(n): n for n in range(10_000)}, [[list(range(99))] * 99] * 99]
)
def test_shown_value_is_short(value: object) -> None:
    assert len(shown_value(value)) <= VALUE_CHARACTERS


def test_shown_call_joins_the_arguments() -> None:
    assert shown_call([1, "a"]) == "1, 'a'"
