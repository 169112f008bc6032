"""Questions to the mentor about a module or one of its resources, and the answers."""

import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum.commitments import Question
from curriculum.models import ModuleVersion
from whitebox.errors import RuleViolation
from whitebox.people.access import visible_memberships
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, User

LONGEST, LONGEST_ANSWER = 2_000, 4_000
MOST_OPEN = 20  # of one person: more wait for a talk, not for an answer in writing


@transaction.atomic
def ask(
    membership: Membership, module: ModuleVersion, text: str, *, key: uuid.UUID, by: User, resource_slug: str = ""
) -> Question:
    """Ask the mentor something. The same `key` again returns the question that is there.

    Raises RuleViolation for an empty or long text, for somebody else's record, and while too many wait.
    """
    held = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    present = Question.objects.filter(membership=held, key=key).first()
    if present is not None:
        return present
    _require_own(held, by)
    wanted = text.strip()
    if not wanted:
        raise RuleViolation(_("Write your question first."))
    if len(wanted) > LONGEST:
        raise RuleViolation(
            _("A question has at most %(most)d characters. Shorten it, or ask in a talk.") % {"most": LONGEST}
        )
    if held.questions.filter(answered_at=None).count() >= MOST_OPEN:
        raise RuleViolation(_("Many of your questions wait for an answer. Talk to your mentor before you add more."))
    if resource_slug and not module.resources.filter(slug=resource_slug).exists():
        raise RuleViolation(_("This module has no such resource. Reload the page; your question was not sent."))
    return Question.objects.create(
        membership=held, module_id=module.module_id, resource_slug=resource_slug, text=wanted, key=key
    )


def _require_own(membership: Membership, by: User) -> None:
    if membership.user_id != by.pk or membership.role != Role.PARTICIPANT:
        raise RuleViolation(_("Only participants ask here."))
    if membership.state != MembershipState.ACTIVE:
        raise RuleViolation(_("You no longer study in this cohort. What you asked is kept."))


def answerable_by(user: User) -> QuerySet[Question]:
    """Return the questions that `user` may read and answer: of the people they mentor or organize, oldest first."""
    own = Membership.objects.filter(visible_memberships(user)).exclude(user=user)
    asked = Question.objects.filter(membership__in=own)
    return asked.select_related("membership__user", "membership__cohort", "module").order_by("asked_at", "pk")


def about_week(cohort: Cohort, module_id: int) -> list[Question]:
    """Return what the present participants of a cohort asked about a module, oldest first: one query."""
    asked = Question.objects.filter(
        membership__cohort=cohort, membership__state=MembershipState.ACTIVE, module=module_id
    )
    return list(asked.select_related("membership__user").order_by("asked_at", "pk"))


@transaction.atomic
def answer(question: Question, text: str, *, by: User) -> Question:
    """Answer a question; a later answer replaces an earlier one, the same one changes nothing.

    Raises RuleViolation for advisers, for an empty or long text, and for somebody who sees the question as nobody's
    mentor.
    """
    held = Question.objects.select_for_update(of=("self",)).select_related("membership").get(pk=question.pk)
    _require_helper(held.membership, by)
    wanted = text.strip()
    if not wanted:
        raise RuleViolation(_("Write your answer first."))
    if len(wanted) > LONGEST_ANSWER:
        raise RuleViolation(_("An answer has at most %(most)d characters.") % {"most": LONGEST_ANSWER})
    if held.answer != wanted:
        held.answer, held.answered_at, held.answered_by = wanted, timezone.now(), by
        held.save(update_fields=["answer", "answered_at", "answered_by"])
    return held


def _require_helper(asker: Membership, by: User) -> None:
    helping = Membership.objects.active().filter(user=by, cohort=asker.cohort_id)
    if not any(one.role == Role.ORGANIZER or one.pk == asker.mentor_id for one in helping):
        raise RuleViolation(_("Mentors answer the people they mentor; organizers answer everybody in their cohort."))
