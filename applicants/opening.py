"""What the landing page says of the rounds that are open or come, in one query.

What a form says is kept in the process.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from applicants import letters
from applicants.models import Round
from applicants.procedures import FormVersion
from applicants.questionnaire import questionnaire_of
from whitebox.prepared import prepared

Key = tuple[int, datetime]  # a form's primary key, and when it was made: a key alone may come back after a roll-back
FORMS_KEPT = 16


@dataclass(frozen=True, slots=True)
class Opening:
    """A round as a stranger sees it: plain values, so that what is drawn of it can be kept."""

    title: str
    start: str  # address of the form
    opens_at: datetime
    closes_at: datetime
    zone: str
    answer_by: datetime | None
    cohort: str
    place: str
    cohort_zone: str
    starts_on: date | None
    weeks: int
    seats: int


@dataclass(frozen=True, slots=True)
class Programme:
    """What the pack of a round says of the programme."""

    title: str
    summary: str
    minutes: int  # that the form takes
    first_session: datetime | None


@dataclass(frozen=True, slots=True)
class Openings:
    now: Opening | None
    others: tuple[Opening, ...]
    coming: Opening | None
    programme: Programme | None


def at(now: datetime) -> Openings:
    """Return the rounds that are not over: the first that is open, the other open ones, the first to come."""
    found = _not_over(now)
    is_open = [one for one in found if one.opens_at <= now]
    coming = next((one for one in found if one.opens_at > now), None)
    return Openings(
        now=_opening(is_open[0]) if is_open else None,
        others=tuple(_opening(one) for one in is_open[1:]),
        coming=_opening(coming) if coming else None,
        programme=_programme(is_open[0]) if is_open else None,
    )


@prepared
def _not_over(now: datetime) -> QuerySet[Round]:
    rounds = Round.objects.filter(closes_at__gt=now).select_related("cohort", "form").order_by("opens_at", "pk")
    return rounds.defer("form__questionnaire")


def _opening(round_: Round) -> Opening:
    cohort = round_.cohort
    return Opening(
        title=round_.title,
        start=reverse("applicants:start", args=[round_.slug]),
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        zone=round_.zone,
        answer_by=round_.answer_by,
        cohort=cohort.title,
        place=cohort.place,
        cohort_zone=cohort.zone,
        starts_on=cohort.starts_on,
        weeks=cohort.weeks,
        seats=cohort.seats,
    )


def _programme(round_: Round) -> Programme:
    programme, minutes = _said((round_.form.pk, round_.form.at))
    return Programme(
        title=str(programme.get("title", "")),
        summary=str(programme.get("summary", "")),
        minutes=minutes,
        first_session=letters.first_session(round_.cohort, programme),
    )


@lru_cache(maxsize=FORMS_KEPT)
def _said(key: Key) -> tuple[dict[str, Any], int]:
    """Return the programme and the minutes of a stored form. Neither ever changes: another wording is another form."""
    form = FormVersion.objects.select_related("version").get(pk=key[0])
    return form.version.programme, questionnaire_of(form).minutes


def forget() -> None:
    """Drop what is kept. Tests do so: their forms never were committed."""
    _said.cache_clear()
