import pytest
from django.urls import Resolver404, resolve
from django.urls.converters import IntConverter

from tests.architecture.test_rights import ours
from whitebox import digits

OTHER_SIGNS = ["\uff11\uff12", "\u00b2", "\x001", "\ud800", "1\n"]
HOSTILE = ["", "-1", "+1", " 1", "1 ", "1e3", "1.0", "1_0", "0x1", "9" * 5000, *OTHER_SIGNS]


@pytest.mark.parametrize("text", [*HOSTILE, str(2**63), "9" * 19, "9" * 4300])
def test_what_is_no_plain_number_that_a_column_holds_is_none(text: str) -> None:
    assert digits.whole(text) is None
    assert digits.key(text) == 0


@pytest.mark.parametrize("number", [0, 1, 12, 2**63 - 1])
def test_plain_digits_are_their_number(number: int) -> None:
    assert digits.whole(str(number)) == number
    assert digits.whole(f"00{number}"[-19:]) == number


def test_a_number_may_be_bounded() -> None:
    assert (digits.whole("9", most=9), digits.whole("10", most=9)) == (9, None)


@pytest.mark.parametrize(
    ("text", "is_so"), [("1", False), (str(2**63), True), (str(-(2**64)), True), ("9" * 5000, False), ("x", False)]
)
def test_numbers_that_no_column_holds_are_beyond(text: str, is_so: bool) -> None:
    assert digits.is_beyond(text) is is_so


def test_keys_leave_out_what_names_no_row() -> None:
    assert digits.keys(["1", "x", "0", "2", "9" * 5000]) == [1, 2]


def test_addresses_hold_keys_and_no_other_numbers() -> None:
    wrong = [
        name
        for name, pattern in ours()
        if any(type(converter) is IntConverter for converter in pattern.pattern.converters.values())
    ]

    assert wrong == [], "write <key:…>: Django's int finds numbers that no database takes"


@pytest.mark.parametrize("text", ["0" * 20, str(2**63), "-1", "\uff11\uff12", "9" * 5000])
def test_an_address_with_a_number_that_is_no_key_is_not_there(text: str) -> None:
    with pytest.raises(Resolver404):
        resolve(f"/research/excursions/{text}/")
