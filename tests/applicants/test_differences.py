import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applicants.differences import pieces, removed

TEXTS = st.text(st.sampled_from("ab \n"), max_size=60)


@given(TEXTS, TEXTS)
def test_pieces_hold_both_texts(before: str, after: str) -> None:
    found = pieces(before, after)

    assert "".join(piece.text for piece in found if piece.kind != "new") == before
    assert "".join(piece.text for piece in found if piece.kind != "gone") == after


def test_pieces_name_the_words_that_changed() -> None:
    found = pieces("One line.\nI like cats here.", "One line.\nI like big dogs here.")

    assert [(piece.kind, piece.text) for piece in found] == [
        ("same", "One line.\n"),
        ("same", "I like "),
        ("gone", "cats "),
        ("new", "big dogs "),
        ("same", "here."),
    ]


def test_removed_returns_the_longest_first() -> None:
    assert removed("I am Ana of Hill High.", "I am of Hill.") == ["Hill High.", "Ana"]


@pytest.mark.parametrize("unit", [" ", "\n"], ids=["words", "lines"])
def test_a_hostile_text_is_compared_soon(unit: str) -> None:
    before, after = (unit.join("ab"[place % step % 2] for place in range(4_000)) for step in (2, 3))

    began = time.process_time()
    pieces(before, after)

    assert time.process_time() - began < 5  # seconds of the processor; a plain comparison takes minutes
