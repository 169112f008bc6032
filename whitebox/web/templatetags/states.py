"""States as shapes, drawn once: a week map shows sixty, and an include costs each of them its own template."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def compact_state(state: str) -> SafeString:
    """Draw components/_state.html with its word hidden from the eye."""
    return _drawn(state, get_language())


@lru_cache(maxsize=64)
def _drawn(state: str, _language: str | None) -> SafeString:
    return render_to_string("components/_state.html", {"state": state, "compact": True})
