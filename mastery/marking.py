"""Marks by people: written answers, and code while no machine can grade it. Nobody marks their own work."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from curriculum.models import Corrective
from mastery import correctives, ledger, questions, queue, settling
from mastery.choices import QuestionKind
from mastery.holding import hold
from mastery.ledger import Mark
from mastery.models import Attempt, GradeEvent
from mastery.questions import Question
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User

BY_PEOPLE = frozenset({QuestionKind.CODE, QuestionKind.WRITTEN})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says about one answer: the level reached, and words for the learner."""

    level: int
    comment: str = ""
    corrective: Corrective | None = None


def taught_by(user: User) -> Q:
    """Return the filter of attempts whose work `user` may mark: of own mentees, and of cohorts one organizes."""
    mentoring = Membership.objects.active().filter(user=user, role=Role.MENTOR)
    organizing = Membership.objects.active().filter(user=user, role=Role.ORGANIZER)
    return (Q(membership__mentor__in=mentoring) | Q(membership__cohort__in=organizing.values("cohort"))) & ~Q(
        membership__user=user
    )


def waiting(user: User) -> QuerySet[Attempt]:
    """Return the attempts that wait for a mark by `user`, longest waiting first."""
    return Attempt.objects.markable().filter(taught_by(user)).with_check().order_by("submitted_at", "pk")


def may_mark(user: User, membership: Membership) -> bool:
    """Tell whether `user` teaches this person: as their mentor, or as an organizer of the cohort."""
    if membership.user_id == user.pk:
        return False
    teaching = Q(pk=membership.mentor_id, role=Role.MENTOR) | Q(cohort_id=membership.cohort_id, role=Role.ORGANIZER)
    return Membership.objects.filter(teaching, user=user, state=MembershipState.ACTIVE).exists()


def unmarked(attempt: Attempt, events: Sequence[GradeEvent]) -> list[Question]:
    """Return the items of an attempt that a person can mark now, in the order of the form."""
    graded = {event.item for event in events}
    return [
        question
        for question in questions.of_attempt(attempt)
        if question.kind in BY_PEOPLE and question.slug not in graded
    ]


@transaction.atomic
def mark(attempt: Attempt, item: str, judgement: Judgement, *, by: User) -> None:
    """Grade one answer by hand. An answer that has a grade keeps it, so that a double click changes nothing.

    Raises RuleViolation for anyone but the person's mentor or an organizer, and while a machine grades the answer.
    """
    current = hold(attempt.pk)
    question = questions.one_of(questions.of_attempt(current), item)
    if not may_mark(by, current.membership):
        raise RuleViolation(_("Only this person's mentor or an organizer can mark this. Nobody marks their own work."))
    if question is None or question.kind not in BY_PEOPLE:
        raise RuleViolation(_("This item is not marked by hand."))
    if GradeEvent.objects.filter(attempt=current, item=item).exists():
        return
    if not Attempt.objects.markable().filter(pk=current.pk).exists():
        raise RuleViolation(_("This work does not wait for a mark now. Reload the page."))
    if question.kind == QuestionKind.CODE and not queue.withdraw(current):
        raise RuleViolation(_("A worker is grading this code right now. Reload the page in a minute."))
    level = clamped(question, judgement.level)
    detail = {"level": level, "comment": judgement.comment.strip(), "by_person": True}
    ledger.record(current, [Mark(item, points_at(question, level), detail)], by=by)
    if judgement.corrective is not None and level < mastery_level(question):
        correctives.choose(current, judgement.corrective, by=by)
    settling.settle(current)


def points_at(question: Question, level: int) -> int:
    """Return the points of a rubric level: all from the level of mastery on, a share below it, rounded down."""
    full = mastery_level(question)
    return question.points if level >= full else question.points * level // full


def mastery_level(question: Question) -> int:
    """Return the level from which an answer is mastered; code without a rubric is mastered or not yet."""
    return question.mastered_from or 1


def clamped(question: Question, level: int) -> int:
    """Return a level that the rubric has."""
    levels = [one.level for one in question.rubric] or [0, 1]
    if level not in levels:
        raise RuleViolation(_("Choose one of the levels of the rubric."))
    return level


def earlier_comments(user: User, item: str, *, limit: int = 8) -> list[str]:
    """Return what `user` wrote under other answers to the same item, latest first."""
    said = GradeEvent.objects.filter(by=user, item=item).order_by("-pk").values_list("detail__comment", flat=True)
    return list(dict.fromkeys(comment for comment in said[:50] if comment))[:limit]
