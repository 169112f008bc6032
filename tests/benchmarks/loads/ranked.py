"""A round that is read through, for the screening board: 200 applications when small and 20,000 when large."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from applicants import calibrating, rounds, summaries
from applicants.choices import ApplicationState, AssignmentState, ReviewState
from applicants.judgements import Assignment, CriterionScore, Review, ReviewEdit, Reviewer
from applicants.models import Application, Identity, Revision, Round
from applicants.procedures import Criterion, Stage
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

SLUG = "ranked"
SMALL, LARGE = 200, 20_000
READINGS = 3  # of each application
BATCH = 2_000  # applications held in memory at once
SPREAD = ((0, 1.1), (0, 0.5), (0, 1.1))  # of applications, reviewers and the rest, about as at NIPS 2014


def fill(now: datetime, upto: int, seed: int) -> None:
    """Add applications until there are `upto`, each read by three; then count and fit as the tasks do."""
    rng = random.Random(seed)
    round_ = _round(now)
    present = Application.objects.filter(round=round_).count()
    readers = _readers(round_)
    leanings = {reader.pk: rng.gauss(*SPREAD[1]) for reader in readers}
    for first in range(present, upto, BATCH):
        rows = _applications(round_, now, range(first, min(upto, first + BATCH)))
        _read(rng, now, rows, readers, leanings)
    summaries.count_again(round_)
    calibrating.refit(round_.pk, "screen")


def _round(now: datetime) -> Round:
    return rounds.open_round(
        Cohort.objects.get(slug="demo"),
        slug=SLUG,
        title="A round that was read",
        opens_at=now - timedelta(days=90),
        closes_at=now - timedelta(days=60),
        by=User.objects.get(email="organizer@demo.test"),
    )


def _readers(round_: Round) -> list[Reviewer]:
    """Let every mentor of the cohort read, up to a hundred."""
    staff = Membership.objects.active().filter(cohort=round_.cohort_id, role=Role.MENTOR).order_by("pk")[:100]
    Reviewer.objects.bulk_create((Reviewer(round=round_, membership=one) for one in staff), ignore_conflicts=True)
    return list(Reviewer.objects.filter(round=round_).order_by("pk"))


def _applications(round_: Round, now: datetime, places: range) -> list[Application]:
    stage = Stage.objects.filter(form=round_.form).order_by("position")[0]
    rows = Application.objects.bulk_create(
        Application(
            round=round_,
            form=round_.form,
            code=f"WR-{place:05d}",
            state=ApplicationState.SUBMITTED,
            stage=stage,
            submitted_at=now - timedelta(days=61),
            token_hash=f"ranked-{place}",
        )
        for place in places
    )
    Identity.objects.bulk_create(
        Identity(application=row, round=round_, name=row.code, email=f"{row.code}@ranked.test", email_key=row.code)
        for row in rows
    )
    Revision.objects.bulk_create(Revision(application=row, number=1, answers={}, key=uuid.uuid4()) for row in rows)
    return rows


def _read(
    rng: random.Random,
    now: datetime,
    rows: Sequence[Application],
    readers: Sequence[Reviewer],
    leanings: dict[int, float],
) -> None:
    criteria = list(Criterion.objects.filter(rubric__stages=rows[0].stage_id).order_by("position"))
    revisions = {one.application_id: one for one in Revision.objects.filter(application__in=rows)}
    handed_out = Assignment.objects.bulk_create(
        Assignment(
            application=row, reviewer=reader, stage_id=row.stage_id or 0, state=AssignmentState.DONE, position=place
        )
        for place, row in enumerate(rows)
        for reader in rng.sample(list(readers), READINGS)
    )
    worth = {row.pk: rng.gauss(*SPREAD[0]) for row in rows}
    levels = [_levels(rng, worth[one.application_id] + leanings[one.reviewer_id], len(criteria)) for one in handed_out]
    made = Review.objects.bulk_create(
        Review(
            assignment=one,
            revision=revisions[one.application_id],
            state=ReviewState.SUBMITTED,
            total=_total(criteria, some),
            is_complete=True,
            submitted_at=now - timedelta(days=59),
        )
        for one, some in zip(handed_out, levels, strict=True)
    )
    CriterionScore.objects.bulk_create(
        CriterionScore(review=review, criterion=criterion, score=level)
        for review, some in zip(made, levels, strict=True)
        for criterion, level in zip(criteria, some, strict=True)
    )
    ReviewEdit.objects.bulk_create(
        ReviewEdit(
            review=review,
            revision_id=review.revision_id,
            scores={one.slug: level for one, level in zip(criteria, some, strict=True)},
            total=review.total,
        )
        for review, some in zip(made, levels, strict=True)
    )


def _levels(rng: random.Random, value: float, count: int) -> list[int]:
    seen = 3 + value + rng.gauss(*SPREAD[2])
    return [max(1, min(5, round(rng.gauss(seen, 0.4)))) for _criterion in range(count)]


def _total(criteria: Sequence[Criterion], levels: Sequence[int]) -> Decimal:
    weights = sum(one.weight for one in criteria)
    points = sum(one.weight * level for one, level in zip(criteria, levels, strict=True))
    return (Decimal(points) / weights).quantize(Decimal("0.001"))
