"""The scores that count: each submitted review as it was handed in last."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from applicants.choices import ApplicationState, ReviewState
from applicants.judgements import ReviewEdit
from applicants.models import Round
from applicants.procedures import Stage

COLUMNS = (
    "pk",
    "review_id",
    "review__assignment__application_id",
    "review__assignment__reviewer_id",
    "review__assignment__stage_id",
    "total",
    "scores",
    "review__submitted_at",
    "review__assignment__position",
)


@dataclass(frozen=True, slots=True)
class Score:
    """One reviewer's judgement of one application."""

    edit: int
    review: int
    application: int
    reviewer: int
    stage: int
    total: Decimal
    levels: Mapping[str, int | None]  # by the criterion's slug; None is an abstention
    at: datetime  # of the first submission
    position: int

    @property
    def is_complete(self) -> bool:
        return None not in self.levels.values()


def stages_of(round_: Round, slug: str) -> list[Stage]:
    """Return a stage of a round: one row for each version of its form, as an application keeps the form it answered."""
    return list(Stage.objects.filter(form__version=round_.form.version_id, slug=slug).order_by("-form__number"))


def counting(edits: QuerySet[ReviewEdit]) -> list[Score]:
    """Return what is left of these edits when a later one replaces an earlier one. One query."""
    rows = edits.filter(review__state=ReviewState.SUBMITTED).order_by("review_id", "pk").values_list(*COLUMNS)
    latest = {row[1]: row for row in rows.iterator(chunk_size=5_000) if row[5] is not None}
    return [Score(*row) for row in latest.values()]


def of_stage(round_id: int, stages: Collection[Stage]) -> list[Score]:
    """Return all that counts at a stage of a round. Whoever withdrew competes for no place and is left out."""
    edits = ReviewEdit.objects.filter(
        review__assignment__stage__in=stages, review__assignment__application__round=round_id
    )
    return counting(edits.exclude(review__assignment__application__state=ApplicationState.WITHDRAWN))


def digest(scores: Iterable[Score]) -> str:
    """Return the SHA-256 of scores, whatever their order; empty without any."""
    lines = sorted(
        f"{one.application} {one.reviewer} {one.total} {json.dumps(dict(one.levels), sort_keys=True)}" for one in scores
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def by_application(scores: Iterable[Score]) -> dict[int, list[Score]]:
    found: dict[int, list[Score]] = {}
    for one in scores:
        found.setdefault(one.application, []).append(one)
    return found


def spread(scores: Sequence[Score]) -> int:
    """Return how many levels the reviewers of an application differ by, in the criterion where they differ most."""
    given: dict[str, list[int]] = {}
    for one in scores:
        for slug, level in one.levels.items():
            if level is not None:
                given.setdefault(slug, []).append(level)
    return max((max(levels) - min(levels) for levels in given.values()), default=0)
