"""Disputes: a learner objects to a mark once, the marker answers, an organizer decides, each by a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery import conflicts, ledger, notices, revising, second_marks
from mastery.choices import TO_DECIDE, UNDECIDED, AttemptState, DisputeState, EntryKind
from mastery.holding import hold
from mastery.judgements import LONGEST_COMMENT, LONGEST_REASON, Dispute, DisputeEntry
from mastery.models import Attempt, GradeEvent
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User

OPEN_FOR = timedelta(days=14)  # after the mark
ANSWER_WITHIN = timedelta(hours=48)
DECIDE_WITHIN = timedelta(hours=72)


def disputable(attempt: Attempt, mark: GradeEvent, now: datetime) -> bool:
    """Tell whether a learner may still object to a mark: given by a person, below full points, not too long ago."""
    is_by_person = mark.by_id is not None and bool(mark.detail.get("by_person"))
    is_recent = mark.at > now - OPEN_FOR
    return attempt.state == AttemptState.GRADED and is_by_person and is_recent and mark.points < mark.total


@transaction.atomic
def open_one(attempt: Attempt, item: str, text: str, *, by: User) -> Dispute:
    """Object to a mark, with a reason. A mark that was disputed returns the dispute that is there.

    The marker has two days to answer; where they no longer mark this person, it goes to the organizers at once.
    Raises RuleViolation for somebody else's work, without a reason, and for a mark that cannot be disputed.
    """
    current = hold(attempt.pk)
    if current.membership.user_id != by.pk:
        raise RuleViolation(_("Only the person whose work it is can dispute a mark."))
    present = Dispute.objects.filter(attempt=current, item=item).first()
    if present is not None:
        return present
    mark = ledger.current(current.events.filter(item=item)).get(item)
    now = timezone.now()
    if mark is None or mark.by is None or not disputable(current, mark, now):
        raise RuleViolation(
            _("A mark that a person gave can be disputed for %(days)d days, where points are missing.")
            % {"days": OPEN_FOR.days}
        )
    reason = _given(text)
    is_there = mark.by_id in {one.user_id for one in second_marks.markers_of(current, without=set())}
    dispute = Dispute.objects.create(
        mark=mark,
        attempt=current,
        item=item,
        marker=mark.by,
        state=DisputeState.OPEN if is_there else DisputeState.ESCALATED,
        due_at=now + (ANSWER_WITHIN if is_there else DECIDE_WITHIN),
        opened_at=now,
    )
    DisputeEntry.objects.create(dispute=dispute, kind=EntryKind.REASON, text=reason, by=by, at=now)
    if is_there:
        notices.disputed(current, dispute)
    return dispute


@transaction.atomic
def answer(dispute: Dispute, text: str, *, by: User) -> Dispute:
    """Answer the learner's reason; then an organizer decides. Answering again changes nothing.

    Raises RuleViolation for anybody but the marker, for one with a conflict, and once it is decided.
    """
    attempt, current = _held(dispute)
    if by.pk != current.marker_id or conflicts.is_barred(by, attempt.membership.user_id):
        raise RuleViolation(_("Only the person who gave the mark answers here."))
    if current.entries.filter(kind=EntryKind.ANSWER).exists():
        return current
    if current.is_decided:
        raise RuleViolation(_("This dispute is decided. Your answer was not kept."))
    DisputeEntry.objects.create(dispute=current, kind=EntryKind.ANSWER, text=_given(text), by=by)
    if current.state == DisputeState.OPEN:
        current.state, current.due_at = DisputeState.ANSWERED, timezone.now() + DECIDE_WITHIN
        current.save(update_fields=["state", "due_at"])
    return current


def escalate(now: datetime) -> int:
    """Hand disputes that were not answered in time to the organizers."""
    late = Dispute.objects.filter(state=DisputeState.OPEN, due_at__lte=now)
    return late.update(state=DisputeState.ESCALATED, due_at=now + DECIDE_WITHIN)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an organizer decides about a disputed mark."""

    level: int
    reason: str
    may_lower: bool = False


def deciders(dispute: Dispute) -> list[User]:
    """Return who may decide: organizers who did not give the mark; without any, another mentor of the cohort."""
    able = second_marks.markers_of(dispute.attempt, without={dispute.marker_id})
    organizing = set(
        Membership.objects.active()
        .filter(cohort_id=dispute.attempt.membership.cohort_id, role=Role.ORGANIZER)
        .values_list("user", flat=True)
    )
    return [one.user for one in able if one.user_id in organizing] or [one.user for one in able]


@transaction.atomic
def decide(dispute: Dispute, ruling: Ruling, *, by: User) -> Dispute:
    """Decide a dispute; the learner gets one letter with the reason. Deciding again changes nothing.

    A lower level leaves the grade as it is, unless it is lowered on purpose. Raises RuleViolation for the marker and
    anybody who may not decide, without a reason, and while the marker still has time to answer.
    """
    attempt, current = _held(dispute)
    if by not in deciders(current):
        raise RuleViolation(_("An organizer who did not give the mark and has no conflict decides this."))
    if current.is_decided:
        return current
    if not current.waits_for_decision:
        raise RuleViolation(_("The marker still has time to answer. Decide when they have, or when it is up."))
    before = ledger.current(attempt.events.filter(item=current.item))[current.item]
    outcome = revising.revise(
        attempt, current.item, ruling.level, by=by, reason=ruling.reason[:LONGEST_REASON], may_lower=ruling.may_lower
    )
    current.state = DisputeState.KEPT if outcome is None else DisputeState.CHANGED
    current.outcome, current.decided_at, current.decided_by = outcome, timezone.now(), by
    current.save(update_fields=["state", "outcome", "decided_at", "decided_by"])
    DisputeEntry.objects.create(dispute=current, kind=EntryKind.DECISION, text=_given(ruling.reason), by=by)
    notices.decided(attempt, current, before=before)
    return current


def to_answer(user: User) -> QuerySet[Dispute]:
    """Return the disputes that wait for an answer by `user`, soonest due first."""
    return _loaded(Dispute.objects.filter(marker=user, state=DisputeState.OPEN)).exclude(
        attempt__membership__user__in=conflicts.persons_of(user)
    )


def to_decide(user: User) -> QuerySet[Dispute]:
    """Return the disputes that wait for a decision by `user`, soonest due first."""
    return _loaded(Dispute.objects.filter(decided_by(user), state__in=TO_DECIDE))


def decided_by(user: User) -> Q:
    """Return the filter of disputes that `user` may decide, or could read as somebody who decides."""
    teaching = Membership.objects.active().filter(user=user)
    organizing, mentoring = teaching.filter(role=Role.ORGANIZER), teaching.filter(role=Role.MENTOR)
    nobody_else = Q(attempt__membership__cohort__in=mentoring.values("cohort")) & ~Q(Exists(_able_organizers()))
    here = Q(attempt__membership__cohort__in=organizing.values("cohort")) | nobody_else
    mine = Q(marker=user) | Q(attempt__membership__user=user)
    return here & ~mine & ~Q(attempt__membership__user__in=conflicts.persons_of(user))


def _able_organizers() -> QuerySet[Membership]:
    """Return the organizers who may decide the dispute of an outer query."""
    learner = OuterRef(OuterRef("attempt__membership__user"))
    barred = conflicts.in_force().filter(marker=OuterRef("user"), person=learner)
    organizers = Membership.objects.active().filter(role=Role.ORGANIZER, cohort=OuterRef("attempt__membership__cohort"))
    others = ~Q(user=OuterRef("marker")) & ~Q(user=OuterRef("attempt__membership__user"))
    return organizers.filter(others).exclude(Exists(barred))


def _loaded(disputes: QuerySet[Dispute]) -> QuerySet[Dispute]:
    return disputes.select_related(
        "marker", "attempt__check_version", "attempt__membership__user", "attempt__membership__cohort"
    ).order_by("due_at", "pk")


def undecided() -> QuerySet[Dispute]:
    return _loaded(Dispute.objects.filter(state__in=UNDECIDED))


def _held(dispute: Dispute) -> tuple[Attempt, Dispute]:
    attempt = hold(dispute.attempt_id)
    current = Dispute.objects.select_for_update(of=("self",)).select_related("marker").get(pk=dispute.pk)
    current.attempt = attempt
    return attempt, current


def _given(text: str) -> str:
    given = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not given:
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    return given[:LONGEST_COMMENT]
