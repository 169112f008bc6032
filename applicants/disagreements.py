"""Where reviewers differ, or one reading has to do: seen by organizers, settled by a note before the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils.translation import gettext as _

from applicants import blindness, board, conflicts
from applicants.board import APART, View
from applicants.calibrations import Severity, Summary
from applicants.choices import ReviewState
from applicants.judgements import ConflictOfInterest, CriterionScore, Reconciliation, Review
from applicants.models import Application, Round
from applicants.procedures import Criterion, Stage
from whitebox.errors import RuleViolation
from whitebox.people.models import User


@transaction.atomic
def note(application: Application, stage: Stage, text: str, *, by: User) -> Reconciliation:
    """Keep what came of a disagreement. The same words again write nothing; other words stand beside the first."""
    conflicts.require_none(by, application)
    blindness.require_compared(by, application)
    said = text.strip()[:4000]
    if not said:
        raise RuleViolation(_("Write what you found. The note stands beside the decision later."))
    last = Reconciliation.objects.filter(application=application, stage=stage).order_by("-pk").first()
    if last is not None and (last.text, last.by_id) == (said, by.pk):
        return last
    return Reconciliation.objects.create(application=application, stage=stage, text=said, by=by)


def require_settled(application: Application) -> None:
    """Raise RuleViolation while reviewers differ by two levels and no note says what came of it. One query."""
    noted = Reconciliation.objects.filter(application=OuterRef("application"), stage=OuterRef("stage"))
    if Summary.objects.filter(~Exists(noted), application=application, spread__gte=APART).exists():
        raise RuleViolation(
            _("The reviewers of %(code)s differ by two levels or more. Write what you found on the list of "
              "disagreements first, then decide.")
            % {"code": application.code}
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """One reviewer's review, for organizers."""

    review: Review
    name: str
    severity: Severity | None
    levels: list[int | None]  # by the criteria of the sheet; None is an abstention, as is a criterion it has not
    has_conflict: bool  # found after it was handed in

    @property
    def adjusted(self) -> float | None:
        """The total without what the reviewer adds to everybody."""
        if self.review.total is None or self.severity is None:
            return None
        return float(self.review.total) - self.severity.effect


@dataclass(frozen=True, slots=True)
class Sheet:
    """All reviews of an application at a stage, side by side."""

    application: Application
    summary: Summary
    criteria: list[Criterion]
    spreads: list[int]
    reviews: list[Judged]
    notes: list[Reconciliation]


def sheet_or_404(view: View, code: str) -> Sheet:
    """Return the reviews of an application that `view` may show. Eight queries at any size."""
    summary = (
        view.summaries()
        .filter(application__code=code)
        .select_related("application", "calibration")
        .defer("calibration__edits")
        .first()
    )
    if summary is None:
        raise Http404
    criteria = list(Criterion.objects.filter(rubric__stages=summary.stage_id).order_by("position"))
    reviews = _reviews(summary, criteria)
    columns = [[one.levels[place] for one in reviews] for place in range(len(criteria))]
    given = [[level for level in column if level is not None] for column in columns]
    return Sheet(
        application=summary.application,
        summary=summary,
        criteria=criteria,
        spreads=[max(levels) - min(levels) if levels else 0 for levels in given],
        reviews=reviews,
        notes=list(
            Reconciliation.objects.filter(application=summary.application_id, stage=summary.stage_id)
            .select_related("by")
            .order_by("-pk")
        ),
    )


def _reviews(summary: Summary, criteria: list[Criterion]) -> list[Judged]:
    found = Review.objects.filter(
        assignment__application=summary.application_id,
        assignment__stage=summary.stage_id,
        state=ReviewState.SUBMITTED,
    ).select_related("assignment__reviewer__membership__user")
    reviews = list(found.order_by("submitted_at", "pk"))
    levels: dict[tuple[int, int], int | None] = {
        (review, criterion): score
        for review, criterion, score in CriterionScore.objects.filter(review__in=reviews).values_list(
            "review_id", "criterion_id", "score"
        )
    }
    severities = {one.reviewer_id: one for one in Severity.objects.filter(calibration=summary.calibration_id or 0)}
    barred = set(
        ConflictOfInterest.objects.filter(application=summary.application_id).values_list("reviewer_id", flat=True)
    )
    return [
        Judged(
            review=review,
            name=review.assignment.reviewer.membership.user.called,
            severity=severities.get(review.assignment.reviewer_id),
            levels=[levels.get((review.pk, criterion.pk)) for criterion in criteria],
            has_conflict=review.assignment.reviewer_id in barred,
        )
        for review in reviews
    ]


def view_or_404(round_: Round, slug: str, user: User) -> View:
    found = board.view_of(round_, slug, user)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Apart:
    """An application whose reviewers differ, and what each gave in all."""

    summary: Summary
    totals: list[tuple[str, Decimal]]


def with_totals(rows: Sequence[Summary]) -> list[Apart]:
    """Return what each reviewer gave, the lowest first. One query."""
    found = Review.objects.filter(
        assignment__application__in=[row.application_id for row in rows],
        assignment__stage__in={row.stage_id for row in rows},
        state=ReviewState.SUBMITTED,
    ).select_related("assignment__reviewer__membership__user")
    given: dict[int, list[tuple[str, Decimal]]] = {}
    for review in found.order_by("total", "pk"):
        name = review.assignment.reviewer.membership.user.called
        given.setdefault(review.assignment.application_id, []).append((name, review.total or Decimal(0)))
    return [Apart(row, given.get(row.application_id, [])) for row in rows]
