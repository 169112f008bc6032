"""The links of a round: four at hand, the present one, the others behind one word, without a script."""

import re

import pytest
from django.template.loader import render_to_string

from applicants.models import Round
from applicants.templatetags.round_pages import AT_HAND, OTHERS, round_pages

NAMES = [page.name for page in AT_HAND] + [page.name for _title, pages in OTHERS for page in pages]


def drawn(current: str) -> str:
    return render_to_string("applicants/_round_nav.html", round_pages(Round(slug="spring"), current))


@pytest.mark.parametrize("current", NAMES)
def test_the_page_one_is_on_is_at_hand_and_marked(current: str) -> None:
    at_hand, _more, hidden = drawn(current).partition("<details")

    marked = re.findall(r'aria-current="page">([^<]+)<', at_hand)
    assert len(marked) == 1
    assert len(re.findall("<a ", at_hand)) == len(AT_HAND) + (current in NAMES[len(AT_HAND) :])
    assert len(re.findall("<a ", hidden)) == len(NAMES) - len(AT_HAND)
    assert hidden.count("aria-current") == (current in NAMES[len(AT_HAND) :])
