import pytest

from applicants.addresses import address_key
from applicants.answers import Answer, wrong_with
from applicants.questionnaire import Question


def question(kind: str, **more: object) -> Question:
    given = {"slug": "a", "section": "s", "label": "A", "kind": kind, "required": True, "shown_to": "organizers"}
    return Question.model_validate(given | more)


@pytest.mark.parametrize(
    ("kind", "answer", "is_right"),
    [
        ("number", "12", True),
        ("number", "12.5", True),
        ("number", "twelve", False),
        ("number", "1e9", False),
        ("number", "١٢", False),
        ("link", "https://example.test/a", True),
        ("link", "example.test", False),
        ("link", "javascript:alert(1)", False),
        ("consent", True, True),
        ("short", "", True),
    ],
)
def test_an_answer_is_checked_by_its_kind(kind: str, answer: Answer, is_right: bool) -> None:
    assert (wrong_with(question(kind), answer) == "") is is_right


@pytest.mark.parametrize(("words", "is_right"), [(20, True), (21, False)])
def test_words_are_counted_on_the_server(words: int, is_right: bool) -> None:
    assert (wrong_with(question("long", words=20), "word " * words) == "") is is_right


@pytest.mark.parametrize("answer", ["blue", ["red", "blue"]])
def test_a_choice_comes_from_the_list(answer: Answer) -> None:
    kind = "multiple" if isinstance(answer, list) else "single"

    assert wrong_with(question(kind, options=["red", "green"]), answer) == "Choose from the list."


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("Ana@Example.test", "ana@example.test ", True),
        ("ana+x@example.test", "ana@example.test", True),
        ("a.na@gmail.com", "ana@googlemail.com", True),
        ("a.na@example.test", "ana@example.test", False),
        ("+x@example.test", "+y@example.test", False),
    ],
)
def test_addresses_of_one_person_are_told(one: str, other: str, are_same: bool) -> None:
    assert (address_key(one) == address_key(other)) is are_same
