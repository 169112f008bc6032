import pytest

from applicants.addresses import address_key


@pytest.mark.parametrize(
    "same",
    [
        (
            "ana@example.test",
            " ANA@Example.Test ",
            "ana+round2@example.test",
            "\uff41\uff4e\uff41@example.test",
            "ana@example.test.",
        ),
        ("ana.b@gmail.com", "anab@googlemail.com", "a.n.a.b+x@GMAIL.com", "anab@gm\u0430il.com"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example", "ana@BÜCHER.example"),
        ("maria@uni.example", "m\u0430ria@uni.example"),
    ],
)
def test_spellings_of_one_address_have_one_key(same: tuple[str, ...]) -> None:
    assert {address_key(spelling) for spelling in same} == {address_key(same[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana.b@example.test", "anab@example.test"),
        ("ana@почта.example", "ana@nochta.example"),
        ("+ana@example.test", "+ben@example.test"),
        ("ana@example.test", "ana@example.org"),
    ],
)
def test_addresses_of_two_people_stay_apart(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)
