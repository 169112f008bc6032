import pytest
from hypothesis import given
from hypothesis import strategies as st

from applicants.importing import choices
from applicants.questionnaire import Question

OPTIONS = ["Circuits", "Sparse autoencoders, dictionaries", "Sparse", "Probing (linear)", "Other"]


def question(kind: str = "multiple", options: list[str] = OPTIONS) -> Question:
    return Question.model_validate(
        {"slug": "q", "section": "s", "label": "I agree to it", "kind": kind, "required": True, "options": options}
        | {"shown_to": "organizers"}
    )


@pytest.mark.parametrize(
    ("text", "options", "unknown"),
    [
        ("Circuits, Sparse autoencoders, dictionaries, Probing (linear)", (0, 1, 3), ()),
        ("sparse, CIRCUITS", (2, 0), ()),
        ("Circuits;Sparse", (0, 2), ()),
        ("Circuits\nSparse\n", (0, 2), ()),
        ('Circuits,"Sparse autoencoders, dictionaries"', (0, 1), ()),
        ("Circuits, My own thing, with a comma, Sparse", (0, 2), ("My own thing, with a comma",)),
        ("Knitting", (), ("Knitting",)),
        ("Circuitsandmore", (), ("Circuitsandmore",)),
        ("Circuits, Circuits,", (0,), ()),
        ("", (), ()),
    ],
)
def test_a_cell_of_several_choices_is_taken_apart(
    text: str, options: tuple[int, ...], unknown: tuple[str, ...]
) -> None:
    found = choices.several(text, choices.known(question(), {}))

    assert found == choices.Chosen(tuple(OPTIONS[place] for place in options), unknown)


@given(st.lists(st.sampled_from(OPTIONS), unique=True), st.sampled_from([", ", ",", "; ", "\n"]))
def test_whatever_is_chosen_comes_back(chosen: list[str], between: str) -> None:
    assert choices.several(between.join(chosen), choices.known(question(), {})).options == tuple(chosen)


def test_words_can_be_told_and_left_out() -> None:
    ways = choices.known(question(), {"Loops": "Circuits", "None": ""})

    assert choices.several("Loops, none", ways) == choices.Chosen(("Circuits",))
    assert choices.one("loops", ways) == choices.Chosen(("Circuits",))


@pytest.mark.parametrize(("text", "place"), [("2", 1), ("2.0", 1), ("sparse.", 2), ("9", None)])
def test_a_scale_takes_numbers_too(text: str, place: int | None) -> None:
    found = choices.one(text, choices.known(question("scale"), {}))

    assert found.options == (() if place is None else (OPTIONS[place],))


@pytest.mark.parametrize(
    ("text", "agreed"),
    [("Yes", True), ("1", True), ("checked", True), ("I agree to the terms", True), ("I hereby consent", True),
     ("i agree to it", True), ("", False), ("No", False), ("0", False), ("maybe", None), ("I do not agree", None)],
)  # fmt: skip
def test_consent_is_never_guessed(text: str, agreed: bool | None) -> None:
    assert choices.consent(text, question("consent", [])) is agreed
