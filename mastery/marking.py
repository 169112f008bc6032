"""Marks by people: written answers, and code while no machine can grade it. Nobody marks their own work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from curriculum.models import Corrective
from mastery import (
    conflicts,
    correctives,
    ledger,
    mark_drafts,
    notices,
    phrases,
    questions,
    queue,
    second_marks,
    settling,
)
from mastery.choices import QuestionKind, SecondMarkState
from mastery.holding import hold
from mastery.judgements import LONGEST_REASON, SecondMark
from mastery.ledger import Mark
from mastery.levels import clamped, mastery_level, points_at
from mastery.models import Attempt, GradeEvent
from mastery.questions import Question
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says about one answer: the level reached, and words for the learner."""

    level: int
    comment: str = ""
    corrective: Corrective | None = None


def taught_by(user: User) -> Q:
    """Return the filter of attempts whose work `user` may mark: of own mentees, and of cohorts one organizes.

    Whoever teaches somebody after a deferral may mark what they handed in before it. People with whom `user` has
    declared a conflict are left out.
    """
    mentoring = Membership.objects.active().filter(user=user, role=Role.MENTOR)
    organizing = Membership.objects.active().filter(user=user, role=Role.ORGANIZER)
    cohorts = organizing.values("cohort")
    here = Q(membership__mentor__in=mentoring) | Q(membership__cohort__in=cohorts)
    since = Q(membership__deferred_to__mentor__in=mentoring) | Q(membership__deferred_to__cohort__in=cohorts)
    return (here | since) & ~Q(membership__user=user) & ~Q(membership__user__in=conflicts.persons_of(user))


def waiting(user: User) -> QuerySet[Attempt]:
    """Return the attempts that wait for a mark by `user`, longest waiting first."""
    return Attempt.objects.markable().filter(taught_by(user)).with_check().order_by("submitted_at", "pk")


def may_mark(user: User, membership: Membership) -> bool:
    """Tell whether `user` teaches this person, as their mentor or as an organizer of the cohort, without a conflict."""
    if membership.user_id == user.pk:
        return False
    teaching = Q(pk=membership.mentor_id, role=Role.MENTOR) | Q(cohort_id=membership.cohort_id, role=Role.ORGANIZER)
    teaches = Membership.objects.filter(teaching, user=user, state=MembershipState.ACTIVE).exists()
    return teaches and not conflicts.is_barred(user, membership.user_id)


def unmarked(attempt: Attempt, events: Sequence[GradeEvent]) -> list[Question]:
    """Return the items of an attempt that a person can mark now, in the order of the form."""
    graded = {event.item for event in events}
    return [
        question
        for question in questions.of_attempt(attempt)
        if question.may_need_a_person and question.slug not in graded
    ]


@transaction.atomic
def mark(attempt: Attempt, item: str, judgement: Judgement, *, by: User) -> None:
    """Grade one answer by hand. An answer that has a grade keeps it, so that a double click changes nothing.

    Some marks are drawn for a second reading by somebody else, which the marker does not learn.
    Raises RuleViolation for anyone but the person's mentor or an organizer, and while a machine grades the answer.
    """
    current = hold(attempt.pk)
    question = _question_by_people(current, item)
    if not may_mark(by, current.membership):
        raise RuleViolation(
            _("Only their mentor or an organizer, without a conflict, can mark this. Nobody marks their own work.")
        )
    if GradeEvent.objects.filter(attempt=current, item=item).exists():
        return
    if not Attempt.objects.markable().filter(pk=current.pk).exists():
        raise RuleViolation(_("This work does not wait for a mark now. Reload the page."))
    if question.kind == QuestionKind.CODE and not queue.withdraw(current):
        raise RuleViolation(_("A worker is grading this code right now. Reload the page in a minute."))
    level = clamped(question, judgement.level)
    given = Mark(item, points_at(question, level), said(level, judgement.comment))
    (event,) = ledger.record(current, [given], by=by)
    if judgement.corrective is not None and level < mastery_level(question):
        correctives.choose(current, judgement.corrective, by=by)
    mark_drafts.discard(current, item, by=by)
    phrases.count_uses(judgement.comment, by=by, cohort=current.membership.cohort)
    second_marks.draw(event, current)
    settling.settle(current)


def said(level: int, comment: str) -> dict[str, Any]:
    """Return what a mark by a person keeps beside its points."""
    return {"level": level, "comment": comment.replace("\r\n", "\n").strip(), "by_person": True}


@transaction.atomic
def correct(event: GradeEvent, judgement: Judgement, *, by: User, reason: str) -> GradeEvent:
    """Replace one's own mark by another one, with a reason; the first stays on record. Twice is once.

    The learner hears of it where points changed. Raises RuleViolation for somebody else's mark, for one that was
    replaced meanwhile, while two marks that differ wait to be settled, and for fewer points while it is disputed.
    """
    current = hold(event.attempt_id)
    question = questions.one_of(questions.of_attempt(current), event.item)
    if question is None or not question.is_judged_by_people:
        raise RuleViolation(_("This item is not marked by hand."))
    present = ledger.current(current.events.filter(item=event.item))[event.item]
    level = clamped(question, judgement.level)
    points, detail = points_at(question, level), event.detail | said(level, judgement.comment)
    is_same = (present.points, dict(present.detail)) == (points, detail)
    if present.pk != event.pk and is_same and present.by_id == by.pk:
        return present  # The second click of two.
    if event.by_id != by.pk or not event.detail.get("by_person"):
        raise RuleViolation(_("You can correct only marks that you gave."))
    if present.pk != event.pk:
        raise RuleViolation(_("This grade was corrected meanwhile. Reload the page."))
    if not may_mark(by, current.membership):
        raise RuleViolation(_("Only this person's mentor or an organizer without a conflict can mark this."))
    _require_unsettled_nowhere(event, points)
    corrected = ledger.correct(event, points, by=by, reason=reason[:LONGEST_REASON], detail=detail)
    if corrected.points != event.points:
        notices.corrected(current, corrected, before=event.points)
    return corrected


def _require_unsettled_nowhere(event: GradeEvent, points: int) -> None:
    beside = SecondMark.objects.filter(attempt=event.attempt_id, item=event.item, state=SecondMarkState.DIFFERS)
    if beside.exists():
        raise RuleViolation(_("A second mark differs from yours, and a third person settles it. It cannot change now."))
    disputed = event.attempt.disputes.filter(item=event.item, decided_at=None)
    if points < event.points and disputed.exists():
        raise RuleViolation(_("The learner disputes this mark. It can be raised now, but not lowered."))


def _question_by_people(attempt: Attempt, item: str) -> Question:
    question = questions.one_of(questions.of_attempt(attempt), item)
    if question is None or not question.may_need_a_person:
        raise RuleViolation(_("This item is not marked by hand."))
    return question
