"""From ratings to places: the raw mean beside the score with the judges' severity taken out, and the release."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import access
from sprints.contests import Entry, Hackathon, RatingScore, Result
from sprints.hackathons import locked
from whitebox.errors import RuleViolation
from whitebox.judging.calibration import FEW_REVIEWERS, fit, weak_prior
from whitebox.people.models import User

DIGITS = 6  # two entries that differ by less share a place


@dataclass(frozen=True, slots=True)
class Rated:
    """One judge's weighted mean of the levels of one entry."""

    entry: int
    judge: int
    score: float


@dataclass(frozen=True, slots=True)
class Standing:
    entry: int
    place: int
    raw: float
    adjusted: float
    error: float
    ratings: int


def weighted(levels: Iterable[tuple[int, int]]) -> float:
    """Return the mean of levels, each with its weight: (level, weight) pairs."""
    pairs = list(levels)
    return sum(level * weight for level, weight in pairs) / sum(weight for _level, weight in pairs)


def standings(rated: Sequence[Rated]) -> list[Standing]:
    """Return the entries by adjusted score, the best first; equal scores share a place (1, 2, 2, 4).

    Severity is told from quality as in screening (docs/judging.md); with few judges by a weak prior. One judge's
    severity cannot be told at all: the adjusted score is the raw one then, drawn towards the mean alike for all.
    """
    if not rated:
        return []
    values = [one.score for one in rated]
    prior = weak_prior(values) if 1 < len({one.judge for one in rated}) < FEW_REVIEWERS else None
    fitted = fit([one.entry for one in rated], [one.judge for one in rated], values, prior=prior)
    scores = {entry: round(score, DIGITS) for entry, score in fitted.adjusted.items()}
    better = Counter(scores.values())
    found = [
        Standing(
            entry,
            1 + sum(count for other, count in better.items() if other > score),
            fitted.raw_means[entry],
            score,
            fitted.adjusted_errors[entry],
            fitted.reviews[entry],
        )
        for entry, score in scores.items()
    ]
    return sorted(found, key=lambda one: (one.place, -one.raw, one.entry))


def rated_in(hackathon: Hackathon) -> list[Rated]:
    """Return the submitted ratings, in one query."""
    rows = RatingScore.objects.filter(
        rating__judge__hackathon=hackathon, rating__submitted_at__isnull=False, rating__entry__withdrawn_at=None
    )
    levels: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    columns = ("rating__entry", "rating__judge", "level", "criterion__weight")
    for entry, judge, level, weight in rows.order_by("pk").values_list(*columns):
        levels[entry, judge].append((level, weight))
    return [Rated(entry, judge, weighted(pairs)) for (entry, judge), pairs in levels.items()]


def missing(hackathon: Hackathon, rated: Sequence[Rated]) -> list[Entry]:
    """Return the entries that have fewer ratings than promised."""
    counted = Counter(one.entry for one in rated)
    entries = hackathon.entries.judged().select_related("team").order_by("pk")
    return [one for one in entries if counted[one.pk] < hackathon.ratings_each]


@transaction.atomic
def release(hackathon: Hackathon, *, by: User) -> None:
    """Compute the results and show them to the cohort. Twice changes nothing.

    Refused while an entry has fewer ratings than promised.
    """
    current = locked(hackathon)
    access.require_organizer(by, current.cohort)
    if current.is_released:
        return
    if timezone.now() <= current.closes_at:
        raise RuleViolation(_("The hackathon is still running."))
    if current.is_own:
        _store(current)
    current.released_at = timezone.now()
    current.save(update_fields=["released_at"])


def _store(hackathon: Hackathon) -> None:
    rated = rated_in(hackathon)
    short = missing(hackathon, rated)
    if short or not rated:
        names = ", ".join(entry.team.name for entry in short) or _("every entry")
        raise RuleViolation(
            _("Ratings are missing for %(names)s: each entry gets %(each)d before the results are out.")
            % {"names": names, "each": hackathon.ratings_each}
        )
    Result.objects.bulk_create(
        Result(
            entry_id=one.entry,
            place=one.place,
            raw=one.raw,
            adjusted=one.adjusted,
            error=one.error,
            ratings=one.ratings,
        )
        for one in standings(rated)
    )
