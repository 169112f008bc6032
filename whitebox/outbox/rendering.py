"""From a template and plain values to subject, text and HTML."""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import cast

from django.db.models import QuerySet
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.utils import html as markup
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.outbox import shapes
from whitebox.outbox.models import LetterTemplate
from whitebox.prepared import prepared
from whitebox.text.rendering import render

Value = str | int | bool | list[str] | None

# Letters are written by organizers: no tag library, no loader, no settings can be reached from one.
ENGINE = Engine(libraries={}, builtins=["django.template.defaulttags"], autoescape=False)
FORBIDDEN_TAGS = re.compile(r"{%-?\s*(include|extends|load|debug|csrf_token|url|static|ssi)\b")
ADDRESS = re.compile(r"https?://[^\s\\\[\]()<>`*]+")
MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+!|~$-])|(?<=\d)([.)])(?=\s)")


class Listed(list[str]):
    """Several lines that a placeholder draws as a list, in Markdown as in plain text; `{% for %}` takes them singly."""

    def __str__(self) -> str:
        return "\n".join(f"- {line}".replace("\n", "\n  ") for line in self)


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


def wording_of(kind: str) -> LetterTemplate | None:
    return next(iter(_wording(kind)), None)


@prepared
def _wording(kind: str) -> QuerySet[LetterTemplate]:
    return LetterTemplate.objects.filter(kind=kind).order_by()


def rendered(
    kind: str, context: Mapping[str, Value], *, read: Callable[[str], LetterTemplate | None] = wording_of
) -> Rendered:
    """Render the template called `kind`. Raises RuleViolation where there is none or it cannot be read.

    Whoever writes many letters at once lets `read` remember what it has read.
    """
    template = read(kind)
    if template is None:
        raise RuleViolation(
            _("There is no letter template “%(kind)s”. Load the programme pack, or add it in the admin.")
            % {"kind": kind}
        )
    return preview(template.subject, template.body, context)


def preview(subject: str, body: str, context: Mapping[str, Value]) -> Rendered:
    """Render a wording that need not be stored. Raises RuleViolation naming the mistake."""
    values = shapes.values_of(f"{subject}\n{body}", context)
    rest = tuple(_hashable(name, value) for name, value in context.items() if name not in values)
    marked = tuple(zip(values, shapes.marks(values.values()), strict=True))
    found = _shape(subject, body, marked, rest)
    if found is None:
        return _drawn(subject, body, context)
    given = list(values.values())
    return Rendered(
        subject=_line(shapes.joined(found.subject, given)),
        text=shapes.joined(found.text, given).strip() + "\n",
        html=shapes.joined(found.html, [escape(value, quote=False) for value in given]),
    )


def _drawn(subject: str, body: str, context: Mapping[str, Value]) -> Rendered:
    return Rendered(
        subject=_line(filled(subject, context)),
        text=filled(body, context).strip() + "\n",
        html=_html(body, context),
    )


def _html(body: str, context: Mapping[str, Value]) -> str:
    return render(filled(body, {name: _without_markup(value) for name, value in context.items()})).html


def _line(text: str) -> str:
    return " ".join(text.split())[:250]


def _hashable(name: str, value: Value) -> tuple[str, str, Hashable]:
    """Return what tells values apart: 1 and True are equal and read differently."""
    return name, type(value).__name__, tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=256)
def _shape(
    subject: str, body: str, marked: tuple[tuple[str, str], ...], rest: tuple[tuple[str, str, Hashable], ...]
) -> shapes.Shape | None:
    """Draw a wording once with marks in the place of plain values."""
    others = {name: list(value) if isinstance(value, tuple) else value for name, _kind, value in rest}
    if shapes.is_marked(f"{subject}{body}{others}"):
        return None
    context = cast("Mapping[str, Value]", {**others, **dict(marked)})
    return shapes.shape(filled(subject, context), filled(body, context), _html(body, context))


def filled(source: str, context: Mapping[str, Value]) -> str:
    """Put values into a wording; a placeholder without a value stays empty."""
    if FORBIDDEN_TAGS.search(source):
        raise RuleViolation(_("A letter may only use placeholders, {% if %} and {% for %}."))
    values = {name: Listed(value) if isinstance(value, list) else value for name, value in context.items()}
    try:
        return _compiled(source).render(Context(values, autoescape=False))
    # A wording can be well written and not fit its values: a loop over a number, a comparison of unlike things.
    except (TemplateSyntaxError, TypeError, ValueError) as wrong:
        raise RuleViolation(_("The letter cannot be read: %(reason)s") % {"reason": wrong}) from wrong


@lru_cache(maxsize=128)
def _compiled(source: str) -> Template:
    """Compile a wording once a process; many letters have the same."""
    return ENGINE.from_string(source)


def _without_markup(value: Value) -> Value:
    """Keep what a person typed from becoming a link or a heading in somebody's mail."""
    if isinstance(value, list):
        return [str(_without_markup(part)) for part in value]
    if isinstance(value, str) and not ADDRESS.fullmatch(value):
        return MARKDOWN_SIGNS.sub(r"\\\g<0>", value)
    return value


def page(subject: str, html: str) -> str:
    """Wrap a letter's HTML for a mail program."""
    head = f'<head><meta charset="utf-8"><title>{markup.escape(subject)}</title></head>'
    return f"<!doctype html><html>{head}<body>{html}</body></html>"


EXAMPLE: Mapping[str, Value] = {
    "person_name": "Ana",
    "programme": "WhiteBox",
    "cohort": "Cohort 1",
    "round": "Round 1",
    "link": "https://example.org/link",
    "deadline": "Fri 18 Oct, 18:00 Manila",
    "reader_zone_note": "12:00 your time",
    "stage": "Being read",
    "module": "Week 2",
    "check": "Mastery check 2",
    "corrective": "Layer norm by hand",
    "problem": "1.10",
    "until": "Sat 19 Oct",
    "session_time": "Sat 12 Oct, 09:00 Manila",
    "place": "Room 304",
    "mentor": "Ben",
    "organizer_name": "Olive",
    "days": "3",
    "months": "3",
    "items": ["Session 3", "Mastery check 2"],
}
