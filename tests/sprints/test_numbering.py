import pytest

from sprints.numbering import is_number, lost_zeros, sort_key

LONG = [f"1.{n}" for n in range(1, 24)]


def test_sort_key_counts_as_people_do() -> None:
    numbers = ["1.10", "1.2", "10.1", "2.25", "1.1", "L-3", "1.2.1", "1.2a", "L-12"]

    ordered = sorted(numbers, key=sort_key)

    assert ordered == ["1.1", "1.2", "1.2.1", "1.2a", "1.10", "2.25", "10.1", "L-3", "L-12"]


@pytest.mark.parametrize("number", ["1.1", "1.10", "7", "2.25", "1.2.3", "1.2a", "L-3"])
def test_is_number_takes_what_lists_have(number: str) -> None:
    assert is_number(number)


@pytest.mark.parametrize("number", ["", "10-Jan", "1,10", "1.", ".5", "=1.1", "1/10/2024", "1.1 ", "٣", "1.1\n"])
def test_is_number_refuses_what_spreadsheets_make(number: str) -> None:
    assert not is_number(number)


def test_lost_zeros_names_the_place_where_the_list_goes_back() -> None:
    broken = [number.rstrip("0") if number == "1.10" else number for number in LONG]

    assert list(lost_zeros(broken)) == [(9, "1.10")]


def test_lost_zeros_names_every_place() -> None:
    broken = ["1.1" if number == "1.10" else "1.2" if number == "1.20" else number for number in LONG]

    assert list(lost_zeros(broken)) == [(9, "1.10"), (19, "1.20")]


def test_lost_zeros_sees_it_after_a_spreadsheet_has_sorted() -> None:
    assert list(lost_zeros(["1.1", "1.1", "1.11", "1.12", "1.2"])) == [(1, "1.10")]


@pytest.mark.parametrize(
    "numbers",
    [
        LONG,
        LONG[::-1],
        ["2.24", "2.25", "2.25", "2.26"],
        ["1.1", "1.11", "1.12"],
        ["1.8", "1.1", "1.5"],
        ["9.9", "10.1"],
        [],
    ],
)
def test_lost_zeros_leaves_sound_lists_alone(numbers: list[str]) -> None:
    assert list(lost_zeros(numbers)) == []
