import time
from typing import Any

import pytest

from mastery.grading.quiz import Value, grade, number
from mastery.questions import question

CHOICES = [{"html": name, "feedback_html": f"about {name}", "correct": name in "ac"} for name in "abc"]


def points(kind: str, value: Value, **fields: Any) -> int:
    stored = {"slug": "q", "objective": "o", "kind": kind, "points": 2, "prompt_html": "", **fields}
    return grade(question(stored), value).points


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("0.25", True),
        (" 0,25 ", True),
        ("0.255", True),
        ("0.2551", False),
        ("2.5e-1", True),
        ("\u22120.25", False),
        ("", False),
        ("a quarter", False),
        ("nan", False),
        ("Infinity", False),
        ("1e999999999", False),
        ("0" * 100, False),
        ("0_25", False),
    ],
)
def test_numeric_compares_decimals_at_the_tolerance(typed: str, right: bool) -> None:
    assert points("numeric", typed, answer="0.25", absolute="0.005") == (2 if right else 0)


def test_numeric_tolerance_can_be_relative() -> None:
    assert points("numeric", "101", answer="100", relative="0.01") == 2
    assert points("numeric", "101.01", answer="100", relative="0.01") == 0


def test_numeric_without_a_tolerance_is_exact() -> None:
    assert points("numeric", "4.0", answer="4") == 2
    assert points("numeric", "4.0000001", answer="4") == 0


@pytest.mark.parametrize(("typed", "right"), [("ReLU", True), ("  re   lu ", True), ("re-lu", False), ("", False)])
def test_short_ignores_case_and_spaces(typed: str, right: bool) -> None:
    assert points("short", typed, accepted=["relu", "re lu"]) == (2 if right else 0)


@pytest.mark.parametrize(
    ("chosen", "right"), [(["0", "2"], True), (["2", "0"], True), (["0"], False), (["0", "1", "2"], False), ([], False)]
)
def test_multiple_wants_all_and_only_the_right_ones(chosen: list[str], right: bool) -> None:
    assert points("multiple", chosen, options=CHOICES) == (2 if right else 0)


def test_single_wants_the_right_one() -> None:
    one = [option | {"correct": option["html"] == "b"} for option in CHOICES]

    assert [points("single", value, options=one) for value in ("0", "1", "7", "", None)] == [0, 2, 0, 0, 0]


def test_ordering_wants_every_place() -> None:
    parts = ["first", "second", "third"]

    assert points("ordering", ["1", "2", "3"], in_order=parts) == 2
    assert points("ordering", ["1", "3", "2"], in_order=parts) == 0
    assert points("ordering", ["1", "2", ""], in_order=parts) == 0


def test_feedback_speaks_about_what_was_chosen() -> None:
    stored = {"slug": "q", "objective": "o", "kind": "multiple", "points": 1, "prompt_html": "", "options": CHOICES}

    assert grade(question(stored), ["1", "2"]).feedback_html == ("about b", "about c")


@pytest.mark.parametrize("typed", ["1,000.5", "1.2.3", "--1", "1/4"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert number(typed) is None


PATTERNS = ["re-?lu", "rectified( linear)?( unit)?"]


@pytest.mark.parametrize(
    ("typed", "right"),
    [("ReLU", True), ("re-lu", True), ("Rectified  Linear unit", True), ("relu!", False), ("", False), ("rect", False)],
)
def test_short_fits_a_whole_pattern(typed: str, right: bool) -> None:
    assert points("short", typed, accepted=[], patterns=PATTERNS) == (2 if right else 0)


def test_short_takes_characters_in_any_form() -> None:
    assert points("short", "\uff32\uff45\uff2c\uff35", accepted=["relu"]) == 2


def test_a_pattern_that_takes_too_long_is_left_to_a_person() -> None:
    """The pattern is the author's fault, so it costs nobody a point; the limit is one of real time."""
    stored = {"slug": "q", "objective": "o", "kind": "short", "points": 2, "prompt_html": "", "patterns": ["(a|aa)+b"]}
    began = time.monotonic()

    found = grade(question(stored), "a" * 290)

    assert (found.points, found.is_unsure) == (0, True)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("0.25", True),
        ("0.25 m", True),
        ("25 cm", True),
        ("25cm", True),
        ("0,25m", True),
        ("25", False),
        ("25 mm", False),
        ("25 km", False),
        ("m", False),
    ],
)
def test_numeric_takes_the_units_of_the_item(typed: str, right: bool) -> None:
    fields = {"answer": "0.25", "unit": "m", "units": {"cm": "0.01", "mm": "0.001"}}
    assert points("numeric", typed, **fields) == (2 if right else 0)
