"""States as shapes, drawn once: a week map shows sixty, and an include costs each of them its own template.

What is drawn is kept by all that it shows, so whoever it looks the same for shares it.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.html import strip_spaces_between_tags
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class Mark(NamedTuple):
    code: str
    title: str
    state: str


class Week(NamedTuple):
    """All that components/_week.html shows."""

    number: int
    title: str
    url: str
    state: str
    is_current: bool
    reason: str
    objectives: tuple[Mark, ...]


@register.simple_tag
def compact_state(state: str) -> SafeString:
    """Draw components/_state.html with its word hidden from the eye."""
    return _drawn(state, get_language(), "", compact=True)


@register.simple_tag
def drawn_state(state: str, label: str = "") -> SafeString:
    """Draw components/_state.html with its word, or with `label` instead."""
    return _drawn(state, get_language(), label, compact=False)


@lru_cache(maxsize=64)
def _drawn(state: str, _language: str | None, label: str, *, compact: bool) -> SafeString:
    return _pressed("components/_state.html", {"state": state, "label": label, "compact": compact})


@register.simple_tag
def objective_marks(objectives: Iterable[Any]) -> SafeString:
    """Draw components/_objective_mark.html for each objective (with code, title and state)."""
    language = get_language()
    return SafeString("".join(_mark(one.code, one.title, one.state, language) for one in objectives))


@lru_cache(maxsize=2048)  # some 0.8 KB each; a cohort's pack has sixty objectives, mostly in two states
def _mark(code: str, title: str, state: str, _language: str | None) -> SafeString:
    return _pressed("components/_objective_mark.html", {"code": code, "title": title, "state": state})


@register.simple_tag
def drawn_week(week: Any) -> SafeString:
    """Draw components/_week.html for a week (with the fields of `Week`)."""
    marks = tuple(Mark(one.code, one.title, one.state) for one in week.objectives)
    shown = Week(week.number, week.title, week.url, week.state, week.is_current, week.reason, marks)
    return _week(shown, get_language())


@lru_cache(maxsize=512)  # some 6 KB each; people at the same place in the same week share it
def _week(week: Week, _language: str | None) -> SafeString:
    return _pressed("components/_week.html", {"week": week})


def _pressed(template_name: str, context: dict[str, Any]) -> SafeString:
    """Render without the space between tags: sixty times the indentation of a drawing is 10 KB."""
    return SafeString(strip_spaces_between_tags(render_to_string(template_name, context).strip()))
