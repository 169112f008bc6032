"""Access is a look-up: what a person may not see cannot be found."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from mastery import conflicts, disputing, examiners, marking, remembering, second_marks
from mastery.cards import RetentionCard, ReviewAnswer
from mastery.choices import AttemptState, SecondMarkState
from mastery.judgements import Dispute, SecondMark
from mastery.models import Attempt, CheckVersion, CorrectiveAssignment, GradeEvent
from mastery.talks import Talk
from whitebox.errors import RuleViolation
from whitebox.people import access
from whitebox.people.models import Membership, User


def check_or_404(membership: Membership, slug: str) -> CheckVersion:
    """Return a check of the pack that the person's cohort follows, with its questions."""
    found = CheckVersion.objects.followed_by(membership.cohort).defer(None)
    return get_object_or_404(found, for_check__slug=slug)


def own_attempt_or_404(user: User, pk: int) -> Attempt:
    """Return an attempt of `user`'s own, under a membership that is active or went on as an active one."""
    record = Membership.objects.with_record_of(Membership.objects.active().filter(user=user))
    own = Attempt.objects.filter(membership__user=user, membership__in=record.values("pk"))
    return get_object_or_404(own.with_check(), pk=pk)


def readable_attempt_or_404(user: User, pk: int) -> Attempt:
    """Return an own attempt, or a submitted one of somebody whose work `user` may see.

    Raises RuleViolation while `user` has still to give a second mark for it: they must not see the first.
    """
    seen = Membership.objects.filter(access.visible_memberships(user))
    of_others = Q(membership__in=seen) | Q(membership__deferred_to__in=seen)
    readable = Q(membership__user=user) | (of_others & ~Q(state=AttemptState.OPEN))
    found = get_object_or_404(Attempt.objects.filter(readable).with_check(), pk=pk)
    if found.membership.user_id != user.pk and second_marks.hides(user, found):
        raise RuleViolation(_("You give the second mark of this. Its grades open to you when your mark is in."))
    return found


def markable_attempt_or_404(user: User, pk: int) -> Attempt:
    """Return an attempt that `user` may mark, whether or not something of it still waits."""
    submitted = Attempt.objects.exclude(state__in=[AttemptState.OPEN, AttemptState.VOID])
    return get_object_or_404(submitted.filter(marking.taught_by(user)).with_check(), pk=pk)


def own_card_or_404(user: User, pk: int) -> RetentionCard:
    """Return a retention card of the person's own, while its objective is mastered."""
    studying = access.participation_or_404(user)
    return get_object_or_404(remembering.awake(studying.first_key), pk=pk, membership__user=user)


def own_review_answer_or_404(user: User, pk: int) -> ReviewAnswer:
    own = ReviewAnswer.objects.filter(card__membership__user=user)
    return get_object_or_404(own.select_related("card__objective", "check_version__for_check", "review"), pk=pk)


def talk_or_404(user: User, pk: int) -> Talk:
    """Return an own talk, or one of a cohort in which `user` teaches and may examine this person."""
    found = get_object_or_404(Talk.objects.filter(examiners.talks_seen_by(user)).distinct().with_people(), pk=pk)
    if found.attempt.membership.user_id != user.pk and not examiners.may_examine(user, found.attempt):
        raise Http404
    return found


def examined_talk_or_404(user: User, pk: int) -> Talk:
    """Return a talk of somebody whom `user` may examine; never an own one."""
    found = talk_or_404(user, pk)
    if found.attempt.membership.user_id == user.pk:
        raise Http404
    return found


def own_corrective_or_404(user: User, pk: int) -> CorrectiveAssignment:
    own = CorrectiveAssignment.objects.filter(attempt__membership__user=user)
    return get_object_or_404(
        own.select_related(
            "corrective__objective_version",
            "objective",
            "attempt__check_version",
            "attempt__for_check__module",
            "attempt__membership__cohort",
            "attempt__membership__mentor__user",
        ),
        pk=pk,
    )


def second_mark_or_404(user: User, pk: int) -> SecondMark:
    """Return a second mark that `user` was asked for, given or not."""
    mine = SecondMark.objects.filter(marker=user).exclude(attempt__membership__user__in=conflicts.persons_of(user))
    return get_object_or_404(mine.select_related("attempt__check_version__for_check__module"), pk=pk)


def judged_twice_or_404(user: User, pk: int) -> SecondMark:
    """Return two marks that differ, or did, of a cohort in which `user` marks; never of the own or a barred work."""
    cohorts = Membership.objects.active().filter(user=user, role__in=second_marks.MARKERS).values("cohort")
    others = SecondMark.objects.filter(
        attempt__membership__cohort__in=cohorts, state__in=[SecondMarkState.DIFFERS, SecondMarkState.SETTLED]
    ).exclude(attempt__membership__user=user)
    found = get_object_or_404(
        others.exclude(attempt__membership__user__in=conflicts.persons_of(user)).select_related(
            "first__by",
            "marker",
            "settled_by",
            "attempt__check_version__for_check__module",
            "attempt__membership__cohort",
        ),
        pk=pk,
    )
    if found.state == SecondMarkState.DIFFERS and user not in second_marks.settlers(found):
        raise Http404
    return found


def own_mark_or_404(user: User, pk: int, item: str) -> GradeEvent:
    """Return the mark that counts for an answer, if `user` gave it and may mark this person's work."""
    attempt = markable_attempt_or_404(user, pk)
    mine = attempt.events.filter(item=item, by=user, detail__by_person=True, superseded_by=None)
    found = get_object_or_404(mine)
    found.attempt = attempt
    return found


def dispute_or_404(user: User, pk: int) -> Dispute:
    """Return a dispute to the learner, the marker, and those who decide."""
    barred = Q(attempt__membership__user__in=conflicts.persons_of(user))
    concerned = Q(attempt__membership__user=user) | (Q(marker=user) & ~barred) | disputing.decided_by(user)
    return get_object_or_404(
        Dispute.objects.filter(concerned).select_related(
            "marker",
            "mark",
            "outcome",
            "attempt__check_version__for_check__module",
            "attempt__membership__user",
            "attempt__membership__cohort",
        ),
        pk=pk,
    )
