"""Reusable comments: a marker's own, and those that all who mark in a cohort share. Most used first."""

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery.judgements import LONGEST_PHRASE, ReusableComment
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

MOST = 200  # of one person's own: more cannot be found again


def for_marking(user: User, cohort: Cohort) -> QuerySet[ReusableComment]:
    """Return what `user` can insert under work of a cohort, most used first."""
    return ReusableComment.objects.filter(Q(author=user, cohort=None) | Q(cohort=cohort))


def readable_by(user: User) -> QuerySet[ReusableComment]:
    """Return the own comments and those of all cohorts in which `user` marks."""
    shared = Q(cohort__in=_marking(user).values("cohort"))
    return ReusableComment.objects.filter(Q(author=user, cohort=None) | shared).select_related("author", "cohort")


def editable_by(user: User) -> QuerySet[ReusableComment]:
    """Return the own comments, and the shared ones of the cohorts that `user` organizes."""
    organizing = _marking(user).filter(role=Role.ORGANIZER).values("cohort")
    return readable_by(user).filter(Q(author=user) | Q(cohort__in=organizing))


def cohorts_of(user: User) -> QuerySet[Cohort]:
    """Return the cohorts with whose markers `user` can share a comment."""
    return Cohort.objects.filter(pk__in=_marking(user).values("cohort"))


def _marking(user: User) -> QuerySet[Membership]:
    return Membership.objects.active().filter(user=user, role__in=[Role.MENTOR, Role.ORGANIZER])


@transaction.atomic
def keep(text: str, *, by: User, cohort: Cohort | None = None) -> ReusableComment:
    """Keep a comment for later, shared with the markers of `cohort` where one is named. The same text is kept once.

    Raises RuleViolation for empty and long texts, and for a cohort in which `by` does not mark.
    """
    wanted = _wanted(text)
    _require_marker(by, cohort)
    mine = ReusableComment.objects.filter(author=by)
    present = mine.filter(cohort=cohort, text=wanted).first()
    if present is not None:
        return present
    if mine.count() >= MOST:
        raise RuleViolation(_("You keep %(most)d comments. Delete one that you no longer use first.") % {"most": MOST})
    return ReusableComment.objects.create(author=by, cohort=cohort, text=wanted)


@transaction.atomic
def change(comment: ReusableComment, text: str, *, by: User, cohort: Cohort | None = None) -> None:
    """Word a comment anew, or share it. What was said with it before stays as it was said."""
    _require_editor(comment, by)
    if cohort is None and comment.author_id != by.pk:
        raise RuleViolation(_("Only its author can take a comment back for themselves."))
    if cohort is not None and cohort.pk != comment.cohort_id:
        _require_marker(by, cohort)
    comment.text, comment.cohort, comment.changed_at = _wanted(text), cohort, timezone.now()
    comment.save(update_fields=["text", "cohort", "changed_at"])


@transaction.atomic
def remove(comment: ReusableComment, *, by: User) -> None:
    """Delete a comment. Marks that used its words keep them."""
    _require_editor(comment, by)
    ReusableComment.objects.filter(pk=comment.pk).delete()


def count_uses(said: str, *, by: User, cohort: Cohort) -> None:
    """Count each reusable comment whose words stand in what a marker said."""
    used = ReusableComment.objects.filter(pk__in=[one.pk for one in for_marking(by, cohort) if one.text in said])
    # Locked in one order: two markers may use the same shared comments at once.
    for comment in used.select_for_update().order_by("pk"):
        ReusableComment.objects.filter(pk=comment.pk).update(uses=F("uses") + 1)


def _wanted(text: str) -> str:
    wanted = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not wanted:
        raise RuleViolation(_("Write the comment first."))
    if len(wanted) > LONGEST_PHRASE:
        raise RuleViolation(_("A reusable comment has at most %(most)d characters.") % {"most": LONGEST_PHRASE})
    return wanted


def _require_marker(by: User, cohort: Cohort | None) -> None:
    held = _marking(by) if cohort is None else _marking(by).filter(cohort=cohort)
    if not held.exists():
        raise RuleViolation(_("Only those who mark in a cohort keep comments for it."))


def _require_editor(comment: ReusableComment, by: User) -> None:
    if not editable_by(by).filter(pk=comment.pk).exists():
        raise RuleViolation(_("Only its author, or an organizer of its cohort, can change this comment."))
