"""What a reviewer's desk shows. Nothing here reads Identity, and nothing here is exempt from a conflict."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.http import Http404

from applicants.answers import Shown, shown
from applicants.choices import ApplicationState, AssignmentState, OthersVisible, ReviewState
from applicants.judgements import Assignment, ConflictOfInterest, CriterionScore, Review, Reviewer
from applicants.models import Application, Criterion, Revision
from applicants.questionnaire import questionnaire_of
from whitebox.people.choices import MembershipState
from whitebox.people.models import User

SECONDS_A_CRITERION = 30


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reviewer is in a round."""

    left: int
    total: int
    minutes: float

    @property
    def done(self) -> int:
        return self.total - self.left


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion with the levels to choose from and the one chosen."""

    criterion: Criterion
    levels: list[tuple[str, str]]
    chosen: str  # "1" to "5", "abstain", or empty


@dataclass(frozen=True, slots=True)
class Other:
    """Another reviewer's judgement, without a name."""

    letter: str
    total: Decimal | None
    scores: list[tuple[str, int | None]]
    note: str


@dataclass(frozen=True, slots=True)
class Page:
    assignment: Assignment
    application: Application
    revision: Revision
    review: Review | None
    answers: list[Shown]
    criteria: list[Judged]
    others: list[Other]
    progress: Progress
    changed: list[str]  # labels of the answers that changed since the own review


def readings(user: User) -> QuerySet[Assignment]:
    """Return what `user` has to read or has read, in their own order.

    Only what is at its stage now, of rounds they may review, and never with a conflict of interest.
    """
    conflict = ConflictOfInterest.objects.filter(
        application=OuterRef("application"), reviewer__membership__user_id=user.pk
    )
    return (
        Assignment.objects.filter(
            ~Exists(conflict),
            reviewer__membership__user_id=user.pk,
            reviewer__membership__state=MembershipState.ACTIVE,
            reviewer__is_active=True,
            application__state=ApplicationState.SUBMITTED,
            application__stage=F("stage"),
            state__in=[AssignmentState.OPEN, AssignmentState.DONE],
        )
        .select_related("application__round__form", "application__stage", "review")
        .order_by("application__round__closes_at", "position", "pk")
    )


def may_review(user: User) -> bool:
    """Tell whether `user` has the right to review any round now."""
    return Reviewer.objects.filter(
        membership__user_id=user.pk, membership__state=MembershipState.ACTIVE, is_active=True
    ).exists()


def reading_or_404(user: User, code: str) -> Assignment:
    found = readings(user).filter(application__code=code).first()
    if found is None:
        raise Http404
    return found


def next_open(user: User, after: Assignment | None = None) -> Assignment | None:
    """Return the next application to read: the one after `after` in the own order, else the first."""
    waiting = readings(user).filter(state=AssignmentState.OPEN)
    if after is not None:
        waiting = waiting.exclude(pk=after.pk)
        later = waiting.filter(reviewer=after.reviewer_id, position__gte=after.position).first()
        if later is not None:
            return later
    return waiting.first()


def progress(assignment: Assignment, minutes_each: float) -> Progress:
    """Return how much is left for a reviewer in the round of `assignment`. One query, cheap to build."""
    live = Assignment.objects.filter(
        reviewer=assignment.reviewer_id,
        application__state=ApplicationState.SUBMITTED,
        application__stage=F("stage"),
        state__in=[AssignmentState.OPEN, AssignmentState.DONE],
    )
    counted = dict(live.order_by().values_list("state").annotate(Count("pk")))
    left = counted.get(AssignmentState.OPEN, 0)
    return Progress(left, sum(counted.values()), left * minutes_each)


def page(assignment: Assignment) -> Page:
    """Return one application as its reviewer may see it. Six queries at most."""
    application = assignment.application
    questionnaire = questionnaire_of(application.round.form)
    review = getattr(assignment, "review", None)
    revisions = list(application.revisions.order_by("number"))
    if not revisions:
        raise Http404
    criteria = list(Criterion.objects.filter(rubric__form_id=application.round.form_id))
    scores = dict(review.scores.values_list("criterion_id", "score")) if review else {}
    minutes_each = questionnaire.reading_minutes + len(criteria) * SECONDS_A_CRITERION / 60
    return Page(
        assignment=assignment,
        application=application,
        revision=revisions[-1],
        review=review,
        answers=shown(questionnaire.for_reviewers(), revisions[-1].answers),
        criteria=[_judged(criterion, scores) for criterion in criteria],
        others=others(assignment, review),
        progress=progress(assignment, minutes_each),
        changed=_changed(review, revisions, {q.slug: q.label for q in questionnaire.for_reviewers()}),
    )


def _judged(criterion: Criterion, scores: Mapping[int, int | None]) -> Judged:
    chosen = "" if criterion.pk not in scores else str(scores[criterion.pk] or "abstain")
    return Judged(criterion, sorted(criterion.levels.items()), chosen)


def _changed(review: Review | None, revisions: list[Revision], labels: Mapping[str, str]) -> list[str]:
    read = next((one for one in revisions if review is not None and one.pk == review.revision_id), None)
    if read is None:
        return []
    latest = revisions[-1].answers
    return [label for slug, label in labels.items() if read.answers.get(slug) != latest.get(slug)]


def others(assignment: Assignment, own: Review | None) -> list[Other]:
    """Return the other submitted reviews of this stage, as far as the stage shows them to this reviewer now."""
    stage = assignment.application.stage
    rule = stage.others_visible if stage else OthersVisible.NEVER
    is_own_in = own is not None and own.state == ReviewState.SUBMITTED
    if rule == OthersVisible.NEVER or (rule == OthersVisible.AFTER_OWN and not is_own_in):
        return []
    found = Review.objects.filter(
        assignment__application=assignment.application_id,
        assignment__stage=assignment.stage_id,
        state=ReviewState.SUBMITTED,
    ).exclude(assignment=assignment)
    rows = CriterionScore.objects.filter(review__in=found).select_related("review", "criterion")
    grouped: dict[int, list[CriterionScore]] = {}
    for row in rows.order_by("review_id", "criterion__position"):
        grouped.setdefault(row.review_id, []).append(row)
    return [_other(place, some) for place, some in enumerate(grouped.values())]


def _other(place: int, scores: list[CriterionScore]) -> Other:
    review = scores[0].review
    return Other(
        letter="ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26],
        total=review.total,
        scores=[(one.criterion.title, one.score) for one in scores],
        note=review.note,
    )
