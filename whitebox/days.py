"""Days and moments that people type: in years that a programme can mean.

Year 1 and year 9999 are days to Python and to both databases, and leave the calendar as soon as somebody reckons with
them: a zone, a week, a term. A slip such as 0202 or 20260 is one of them. Fields of forms and of the admin are bounded
here; `bounded` does it for a field that Django made.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext as _

FIRST, LAST = 2000, 2099  # years
EARLIEST = 1900  # the year of what somebody else published
TYPES = {"date": ("-01-01", "-12-31"), "datetime-local": ("-01-01T00:00", "-12-31T23:59")}

FieldT = TypeVar("FieldT", bound=forms.Field)


def within(first: int = FIRST, last: int = LAST) -> Callable[[date], None]:
    """Return a validator of days and moments, by the year as it was typed: nothing is reckoned for it."""

    def check(value: date) -> None:
        if not first <= value.year <= last:
            raise forms.ValidationError(
                _("Check the year: it has to lie between %(first)d and %(last)d.") % {"first": first, "last": last}
            )

    return check


def bounded(field: FieldT, first: int = FIRST, last: int = LAST) -> FieldT:
    """Bound a field of days or moments, and let its box say so to the browser."""
    field.validators = [*field.validators, within(first, last)]
    if ends := TYPES.get(str(getattr(field.widget, "input_type", ""))):
        field.widget.attrs |= {"min": f"{first}{ends[0]}", "max": f"{last}{ends[1]}"}
    return field


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class DayField(forms.DateField):
    widget = DayInput

    def __init__(self, *, first: int = FIRST, label: Any = None, **options: Any) -> None:
        super().__init__(label=label, **options)
        bounded(self, first)


class MomentField(forms.DateTimeField):
    """A moment by the reader's clock, as Django reads it; see `in_zone` of whoever reads it by another."""

    widget = MomentInput

    def __init__(self, *, label: Any = None, **options: Any) -> None:
        super().__init__(label=label, **options)
        bounded(self)
