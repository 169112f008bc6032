"""A reviewer's own judgements side by side, so that they can level them once all are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, QuerySet
from django.http import Http404

from applicants import desk
from applicants.choices import ApplicationState, AssignmentState, ReviewState
from applicants.judgements import Assignment, CriterionScore, Review, ReviewEdit
from applicants.models import Round
from applicants.procedures import Criterion, Stage


@dataclass(frozen=True, slots=True)
class Earlier:
    """A review as it stood before it was changed."""

    edit: ReviewEdit
    scores: list[int | None]


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    total: Decimal | None
    scores: list[int | None]
    review: Review
    earlier: list[Earlier]
    is_open: bool  # still at this stage, so that it can be changed


@dataclass(frozen=True, slots=True)
class Table:
    round: Round
    stage: Stage
    criteria: Sequence[Criterion]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many own reviews there are of a round at a stage."""

    round_slug: str
    round: str
    stage_slug: str
    stage: str
    count: int


def kept(rights: desk.Rights) -> list[Kept]:
    """Return where somebody has reviews of their own, the round that closed last on top. One query."""
    columns = ("application__round__slug", "application__round__title", "stage__slug", "stage__title")
    counted = (
        _done(rights).values_list(*columns).annotate(count=Count("pk"), closes=Max("application__round__closes_at"))
    )
    return [Kept(*row[:5]) for row in counted.order_by("-closes", *columns)]


def table_or_404(rights: desk.Rights, round_slug: str, stage_slug: str) -> Table:
    """Return the own submitted reviews of a round at a stage, the highest total first. Three queries at any size."""
    done = _done(rights).filter(application__round__slug=round_slug, stage__slug=stage_slug)
    found = list(done.select_related("application__round", "stage", "review").order_by("-review__total", "pk"))
    if not found:
        raise Http404
    reviews = [one.review.pk for one in found]
    # A later version of the form has its criteria as rows of its own: names bring them together.
    criteria: dict[str, Criterion] = {}
    scores: dict[int, dict[str, int | None]] = {pk: {} for pk in reviews}
    rows = CriterionScore.objects.filter(review__in=reviews).select_related("criterion")
    for row in rows.order_by("criterion__position", "criterion"):
        criteria.setdefault(row.criterion.slug, row.criterion)
        scores[row.review_id][row.criterion.slug] = row.score
    edits: dict[int, list[ReviewEdit]] = {pk: [] for pk in reviews}
    for edit in ReviewEdit.objects.filter(review__in=reviews).order_by("-at", "-pk"):
        edits[edit.review_id].append(edit)
    slugs = list(criteria)
    return Table(
        round=found[0].application.round,
        stage=found[0].stage,
        criteria=list(criteria.values()),
        rows=[_row(one, scores[one.review.pk], edits[one.review.pk], slugs) for one in found],
    )


def _done(rights: desk.Rights) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        reviewer__in=list(rights.reviewers), state=AssignmentState.DONE, review__state=ReviewState.SUBMITTED
    ).exclude(application__in=rights.barred)


def _row(
    assignment: Assignment, scores: dict[str, int | None], edits: Sequence[ReviewEdit], slugs: Sequence[str]
) -> Row:
    application = assignment.application
    return Row(
        code=application.code,
        total=assignment.review.total,
        scores=[scores.get(slug) for slug in slugs],
        review=assignment.review,
        # The latest edit is what stands.
        earlier=[Earlier(edit, [edit.scores.get(slug) for slug in slugs]) for edit in edits[1:]],
        is_open=application.state == ApplicationState.SUBMITTED and application.stage_id == assignment.stage_id,
    )
