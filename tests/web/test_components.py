import re
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

STATES = {"mastered": "mastered", "not_yet": "not yet", "locked": "locked", "overdue": "overdue", "waiting": "waiting"}


def drawn(name: str, **context: object) -> str:
    return " ".join(render_to_string(f"components/{name}.html", context).split())


@pytest.mark.parametrize(("state", "word"), STATES.items())
def test_state_is_a_shape_and_a_word(state: str, word: str) -> None:
    html = drawn("_state", state=state)

    assert f"<span>{word}</span>" in html
    assert '<svg viewBox="0 0 16 16" aria-hidden="true"' in html


def test_states_differ_in_shape() -> None:
    shapes = {drawn("_state", state=state, label="x").replace(state, "") for state in [*STATES, "open"]}

    assert len(shapes) == 6


def test_state_keeps_its_word_for_screen_readers_when_compact() -> None:
    assert '<span class="visually-hidden">not yet</span>' in drawn("_state", state="not_yet", compact=True)


def test_pagination_keeps_the_filters() -> None:
    page = Paginator(range(30), 10).page(2)

    request = RequestFactory().get("/?state=open&page=2")

    html = render_to_string("components/_pagination.html", {"page": page}, request=request)

    assert 'href="?state=open&amp;page=1"' in html
    assert 'href="?state=open&amp;page=3"' in html


def test_pagination_is_silent_on_a_single_page() -> None:
    assert drawn("_pagination", page=Paginator([1], 10).page(1)) == ""


def test_week_map_writes_the_reason_of_a_lock_as_a_sentence() -> None:
    week = SimpleNamespace(
        number=3, title="Attention", url="", state="locked", is_current=False, reason="Missing: 2.4.", objectives=[]
    )

    assert '<p class="reason">Missing: 2.4.</p>' in drawn("_week_map", weeks=[week])


def test_badge_shows_any_tone_it_does_not_know_plainly() -> None:
    assert (
        drawn("_badge", label="<b>", tone="screening") == '<span class="badge" data-tone="screening">&lt;b&gt;</span>'
    )


def test_alert_says_its_kind_to_those_who_see_no_colour() -> None:
    assert '<span class="visually-hidden">Problem:</span> Try again.' in drawn(
        "_alert", message="Try again.", tone="error"
    )


def test_the_icon_of_a_page_is_that_of_the_file() -> None:
    written = re.search(
        r'<link rel="icon"\s+type="image/svg\+xml"\s+href="data:image/svg\+xml,([^"]*)"', render_to_string("base.html")
    )

    assert written
    assert (
        unquote(written[1]).replace("'", '"') == Path(settings.BASE_DIR, "static/img/favicon.svg").read_text().strip()
    )
