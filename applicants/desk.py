"""What a reviewer's desk shows. At a blind stage nothing here reads Identity; nobody is exempt from a conflict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.safestring import SafeString

from applicants import blindness, conflicts, differences, redactions, rulebook, windows, work_redactions, work_tests
from applicants.answers import Shown, shown
from applicants.appointments import WorkTest
from applicants.choices import ApplicationState, AssignmentState, OthersVisible, ReviewState, StageKind
from applicants.judgements import Assignment, CriterionScore, Redaction, Review
from applicants.models import Application, Identity, Revision
from applicants.procedures import Criterion, Stage
from applicants.questionnaire import Question
from applicants.rights import rounds_of
from applicants.work_redactions import Work
from whitebox.people.choices import MembershipState
from whitebox.people.models import Membership, User
from whitebox.prepared import prepared
from whitebox.web import see_as

Held = tuple[str, str, int | None, int | None, bool | None, int | None]
LIVE = [AssignmentState.OPEN, AssignmentState.DONE]
RIGHTS = ("reviewing", "reviewing__round", "reviewing__is_active", "reviewing__conflicts__application")


@dataclass(frozen=True, slots=True)
class Rights:
    """Which rounds a person may review, by the reviewers they are, and what they must not see."""

    reviewers: Mapping[int, int]  # a reviewer's round
    barred: frozenset[int]  # applications
    roles: frozenset[str]  # of all active memberships, for the links on top of the page


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
    """One criterion and the level chosen."""

    criterion: Criterion
    chosen: str  # "1" to "5", "abstain", or empty

    @property
    def drawn(self) -> SafeString:
        return rulebook.drawn(self.criterion, self.chosen)


@dataclass(frozen=True, slots=True)
class Other:
    """Another reviewer's judgement, without a name."""

    letter: str
    total: Decimal | None
    scores: list[tuple[str, int | None]]
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is not what the own review judged."""

    label: str
    pieces: list[differences.Piece]


@dataclass(frozen=True, slots=True)
class Page:
    assignment: Assignment
    application: Application
    stage: Stage
    revision: Revision
    review: Review | None
    answers: list[Shown]
    criteria: list[Judged]
    others: list[Other]
    progress: Progress
    changes: list[Change]
    identity: Identity | None  # at a stage that is not blind
    work: Work | None  # at a work test, what is judged
    test: WorkTest | None

    @property
    def is_work_newer(self) -> bool:
        """Tell whether the work came after the own review."""
        own = self.review.submitted_at if self.review else None
        return self.work is not None and own is not None and self.work.at > own

    @property
    def first_note(self) -> str:
        """What the note of a new review begins with: the questions of an interview, to be answered there."""
        return "".join(f"{number}. {prompt}\n\n\n" for number, prompt in enumerate(self.stage.prompts, start=1))


def rights_of(user: User) -> Rights:
    """Return what `user` may review now. One query, with a row for each conflict of theirs."""
    found: dict[int, int] = {}
    barred: set[int] = set()
    roles: set[str] = set()
    for role, state, reviewer, round_id, is_active, application in _held(user.pk):
        if state == MembershipState.ACTIVE:
            roles.add(role)
            found |= {reviewer: round_id} if reviewer and round_id and is_active else {}
        # A conflict stays one when the right to review has ended and somebody holds another.
        barred |= {application} if application else set()
    rights = Rights(found, frozenset(barred), frozenset(roles))
    sight = see_as.current()
    return rights if sight is None else _as_seen(rights, sight.by)


def _as_seen(rights: Rights, by: User) -> Rights:
    """Leave out what who looks must not see: other cohorts, own conflicts, what they have still to read."""
    own_rounds = set(rounds_of(by).values_list("pk", flat=True))
    conflicted = conflicts.of_user(by.pk).values_list("application_id", flat=True)
    unread = blindness.own_open(by.pk)
    return Rights(
        {reviewer: round_id for reviewer, round_id in rights.reviewers.items() if round_id in own_rounds},
        rights.barred | set(conflicted) | set(unread.values_list("application_id", flat=True)),
        rights.roles,
    )


@prepared
def _held(user: int) -> QuerySet[Membership, Held]:
    return Membership.objects.filter(user=user).values_list("role", "state", *RIGHTS)


def may_review(user: User) -> bool:
    """Tell whether `user` has the right to review any round now."""
    return bool(rights_of(user).reviewers)


def live(rights: Rights) -> QuerySet[Assignment]:
    """Return what a person has to read or has read at the stage where it is now, never with a conflict of interest."""
    return Assignment.objects.filter(
        reviewer__in=list(rights.reviewers),
        application__state=ApplicationState.SUBMITTED,
        application__stage=F("stage"),
        state__in=LIVE,
    ).exclude(application__in=rights.barred)


def readings(user: User, rights: Rights | None = None) -> QuerySet[Assignment]:
    """Return what `user` has to read or has read, in their own order, whether its stage is open or not."""
    return (
        live(rights or rights_of(user))
        .select_related("application__round", "stage", "review")
        .order_by("application__round__closes_at", "position", "pk")
    )


def open_now(rights: Rights, now: datetime) -> QuerySet[Assignment]:
    """Return what a person can read now and has not judged yet. One query for the dates of stages."""
    found = live(rights).filter(state=AssignmentState.OPEN)
    for shut in windows.closed(set(rights.reviewers.values()), now):
        found = found.exclude(application__round=shut.round, stage__slug=shut.stage)
    return found


def reading_or_404(user: User, code: str, rights: Rights | None = None) -> Assignment:
    """Return the reading that `user` has of an application, with all that its page needs of both.

    Three small queries. A single one over all these tables took PostgreSQL longer to plan than to run.
    """
    rights = rights or rights_of(user)
    application = next(iter(_called(code)), None) if rights.reviewers else None
    if application is None or application.state != ApplicationState.SUBMITTED or application.pk in rights.barred:
        raise Http404
    if application.round_id not in rights.reviewers.values():
        raise Http404
    held = _reading(application.pk, application.stage_id or 0, user.pk)
    if not held:
        raise Http404
    found = held[0]
    found.application = application
    return found


@prepared
def _called(code: str) -> QuerySet[Application]:
    return Application.objects.filter(code=code)


@prepared
def _reading(application: int, stage: int, user: int) -> QuerySet[Assignment]:
    held = Assignment.objects.filter(application=application, stage=stage, state__in=LIVE, reviewer__is_active=True)
    own = held.filter(reviewer__membership__user=user, reviewer__membership__state=MembershipState.ACTIVE)
    return own.select_related("review").order_by("pk")


def stage_of(assignment: Assignment) -> Stage:
    """Return the stage of a reading that `reading_or_404` found."""
    return rulebook.of(assignment.application).stages[assignment.stage_id]


def require_open(assignment: Assignment, now: datetime) -> None:
    """Raise RuleViolation while the stage of a reading is closed."""
    windows.require_open(assignment.application.round_id, stage_of(assignment).slug, now)


def next_open(user: User, after: Assignment | None = None, now: datetime | None = None) -> Assignment | None:
    """Return the next application to read: the one after `after` in the own order, else the first."""
    waiting = open_now(rights_of(user), now or timezone.now())
    waiting = waiting.select_related("application").order_by("application__round__closes_at", "position", "pk")
    if after is None:
        return waiting.first()
    waiting = waiting.exclude(pk=after.pk)
    own = waiting.filter(reviewer=after.reviewer_id, position__gte=after.position)
    return own.exclude(position=after.position, pk__lt=after.pk).first() or waiting.first()


def progress(assignment: Assignment, minutes_each: float) -> Progress:
    """Return how much is left for a reviewer at the stage of `assignment`. One query."""
    counted = dict(_counted(assignment.reviewer_id, assignment.stage_id))
    left = counted.get(AssignmentState.OPEN, 0)
    return Progress(left, sum(counted.values()), left * minutes_each)


@prepared
def _counted(reviewer: int, stage: int) -> QuerySet[Assignment, tuple[str, int]]:
    # No join: what moves on or ends is no longer open.
    held = Assignment.objects.filter(reviewer=reviewer, stage=stage, state__in=LIVE)
    return held.order_by().values_list("state").annotate(Count("pk"))


def page(assignment: Assignment) -> Page:
    """Return one application, found by `reading_or_404`, as its reviewer may see it. Five queries at most."""
    application = assignment.application
    rules = rulebook.of(application)
    stage = rules.stages[assignment.stage_id]
    review = getattr(assignment, "review", None)
    revisions = _revisions(application.pk)
    if not revisions:
        raise Http404
    revision = revisions[-1]
    redacted = redactions.of_application(application, revisions)
    answers = redactions.as_read(revision.answers, redacted)
    own, others = _scores(assignment, stage, review)
    # Only at a work test does it cost its three queries.
    test = work_tests.current(application) if stage.kind == StageKind.WORK_TEST else None
    return Page(
        assignment=assignment,
        application=application,
        stage=stage,
        revision=revision,
        review=review,
        answers=shown(rules.questions, answers),
        criteria=[_judged(criterion, own) for criterion in rules.criteria[stage.pk]],
        others=others,
        progress=progress(assignment, rules.minutes_each(stage.pk)),
        changes=_changes(review, revisions, redacted, rules.questions),
        identity=None if stage.is_blind else _identities(application).first(),
        work=work_redactions.read(test) if test else None,
        test=test,
    )


def _identities(application: Application) -> QuerySet[Identity]:
    """Return who applied, with the round, which the access log asks for."""
    return Identity.objects.filter(application=application).select_related("round")


@prepared
def _revisions(application: int) -> QuerySet[Revision]:
    return Revision.objects.filter(application=application).order_by("number")


def _judged(criterion: Criterion, scores: Mapping[int, int | None]) -> Judged:
    chosen = "" if criterion.pk not in scores else str(scores[criterion.pk] or "abstain")
    return Judged(criterion, chosen)


def _changes(
    review: Review | None, revisions: Sequence[Revision], redacted: Sequence[Redaction], questions: Sequence[Question]
) -> list[Change]:
    """Return what changed since the own review, by what reviewers read of both.

    A change that was taken out of both texts is none.
    """
    judged = next((one for one in revisions if review and one.pk == review.revision_id), revisions[-1])
    if judged is revisions[-1]:
        return []
    before = shown(questions, redactions.as_read(judged.answers, redacted))
    after = shown(questions, redactions.as_read(revisions[-1].answers, redacted))
    return [
        Change(new.question.label, differences.pieces(old.text, new.text))
        for old, new in zip(before, after, strict=True)
        if old.text != new.text
    ]


def _scores(assignment: Assignment, stage: Stage, own: Review | None) -> tuple[dict[int, int | None], list[Other]]:
    """Return the own levels, and the other submitted reviews as far as the stage shows them now. One query at most."""
    wanted = Q(review=own.pk) if own else Q(pk__in=[])
    if shows_others(stage, own):
        wanted |= Q(
            review__assignment__application=assignment.application_id,
            review__assignment__stage=stage.pk,
            review__state=ReviewState.SUBMITTED,
        )
    elif own is None:
        return {}, []
    rows = CriterionScore.objects.filter(wanted).select_related("review", "criterion")
    grouped: dict[int, list[CriterionScore]] = {}
    for row in rows.order_by("review_id", "criterion__position", "pk"):
        grouped.setdefault(row.review_id, []).append(row)
    mine = grouped.pop(own.pk, []) if own else []
    levels = {row.criterion_id: row.score for row in mine}
    return levels, [_other(place, some) for place, some in enumerate(grouped.values())]


def shows_others(stage: Stage, own: Review | None) -> bool:
    """Tell whether a stage shows others' reviews to somebody whose own is `own`."""
    if stage.others_visible == OthersVisible.AFTER_OWN:
        return own is not None and own.state == ReviewState.SUBMITTED
    return stage.others_visible == OthersVisible.ALWAYS


def _other(place: int, scores: list[CriterionScore]) -> Other:
    review = scores[0].review
    return Other(
        letter="ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26],
        total=review.total,
        scores=[(one.criterion.title, one.score) for one in scores],
        note=review.note,
    )
