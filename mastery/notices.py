"""The letters of mastery. A letter without a template is left out: it must never cost anybody a grade."""

import logging
from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery import conflicts
from mastery.choices import EntryKind
from mastery.judgements import Dispute, SecondMark
from mastery.models import Attempt, CorrectiveAssignment, GradeEvent
from mastery.regrades import Regrade
from whitebox.outbox import letters
from whitebox.outbox.rendering import Value
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User

logger = logging.getLogger(__name__)


def graded(attempt: Attempt, mastered: list[str]) -> letters.Request:
    """Return what tells a person that all objectives of a check are mastered."""
    return _request(attempt.membership.user, "attempt-graded", attempt, {"items": mastered})


def not_yet(attempt: Attempt, missing: list[str], assignments: list[CorrectiveAssignment]) -> letters.Request:
    """Return what tells a person what is not mastered yet, and the first corrective."""
    first = assignments[0].corrective.title if assignments else ""
    return _request(attempt.membership.user, "attempt-not-yet", attempt, {"items": missing, "corrective": first})


def void(attempt: Attempt) -> None:
    """Tell the learner and those who teach that a fault of ours ended an attempt."""
    _tell(attempt.membership.user, "attempt-void", attempt, {})
    for teacher in teachers(attempt.membership):
        _tell(teacher, "attempt-void-staff", attempt, {"learner": attempt.membership.user.called})


def regraded(run: Regrade, attempts: list[Attempt]) -> None:
    """Tell a person once which marks a regrade has changed, and why."""
    first = attempts[0]
    lines = [_("Attempt %(number)d, form %(form)s") % {"number": one.number, "form": one.form} for one in attempts]
    request = letters.Request(
        kind="attempt-regraded",
        dedup_key=f"attempt-regraded:{run.pk}:{first.membership.user_id}",
        to=first.membership.user,
        context=about(first) | {"items": lines, "reason": run.reason},
        about=f"mastery.regrade:{run.pk}",
        cohort_id=first.membership.cohort_id,
    )
    post([request])


def corrected(attempt: Attempt, event: GradeEvent, *, before: int) -> None:
    """Tell a person that the marker corrected a mark, and why."""
    _tell(attempt.membership.user, "mark-corrected", attempt, _change(event, before), key=event.pk)


def settled(attempt: Attempt, second: SecondMark, *, before: GradeEvent) -> None:
    """Tell a person once how two marks that differed were settled."""
    after = second.outcome or before
    more = _change(after, before.points) | {"reason": second.reason}
    _tell(attempt.membership.user, "mark-settled", attempt, more, key=second.pk)


def disputed(attempt: Attempt, dispute: Dispute) -> None:
    """Tell the marker that a learner disputes a mark, and until when to answer."""
    _tell(dispute.marker, "dispute-opened", attempt, about_dispute(dispute), key=dispute.pk)


def decided(attempt: Attempt, dispute: Dispute, *, before: GradeEvent) -> None:
    """Tell a person once what came of a dispute."""
    after = dispute.outcome or before
    more = _change(after, before.points) | about_dispute(dispute)
    said = dispute.entries.filter(kind=EntryKind.DECISION).first()
    more["reason"] = said.text if said else ""
    _tell(attempt.membership.user, "dispute-decided", attempt, more, key=dispute.pk)


def about_dispute(dispute: Dispute) -> dict[str, Value]:
    """Return what letters about a dispute can name."""
    address = reverse("mastery:dispute", args=[dispute.pk])
    return {"link": f"{settings.SITE_URL}{address}", "days": _days_left(dispute)}


def _days_left(dispute: Dispute) -> int:
    return max(1, round((dispute.due_at - timezone.now()).total_seconds() / 86_400))


def _change(event: GradeEvent, before: int) -> dict[str, Value]:
    return {
        "before": before,
        "points": event.points,
        "total": event.total,
        "is_changed": event.points != before,
        "reason": event.reason,
    }


def teachers(membership: Membership) -> list[User]:
    """Return the mentor of a participant, or the cohort's organizers while there is none who may mark."""
    barred = conflicts.barred_from(membership.user_id)
    if membership.mentor is not None and membership.mentor.user_id not in barred:
        return [membership.mentor.user]
    return organizers(membership, barred)


def organizers(membership: Membership, barred: Collection[int] = ()) -> list[User]:
    """Return who organizes the cohort of a participant and may mark them."""
    organizing = Membership.objects.active().filter(cohort_id=membership.cohort_id, role=Role.ORGANIZER)
    found = organizing.exclude(user__in=[*barred, membership.user_id])
    return [one.user for one in found.select_related("user")]


def about(attempt: Attempt) -> dict[str, Value]:
    """Return what every letter about an attempt can name."""
    membership = attempt.membership
    address = reverse("mastery:attempt", args=[attempt.pk])
    return {
        "check": attempt.check_version.title,
        "module": attempt.for_check.module.slug.replace("-", " "),
        "programme": membership.cohort.title,
        "mentor": membership.mentor.user.called if membership.mentor else "",
        "link": f"{settings.SITE_URL}{address}",
    }


def _tell(to: User, kind: str, attempt: Attempt, more: Mapping[str, Value], *, key: int | None = None) -> None:
    post([_request(to, kind, attempt, more, key=key)])


def _request(
    to: User, kind: str, attempt: Attempt, more: Mapping[str, Value], *, key: int | None = None
) -> letters.Request:
    return letters.Request(
        kind=kind,
        dedup_key=f"{kind}:{key or attempt.pk}:{to.pk}",
        to=to,
        context=about(attempt) | dict(more),
        about=f"mastery.attempt:{attempt.pk}",
        cohort_id=attempt.membership.cohort_id,
    )


def post(requests: Sequence[letters.Request]) -> None:
    """Queue letters; one that has no template is left out, and the log says so."""
    for request, refused in letters.queue_each(requests):
        logger.warning("no letter %s about %s: %s", request.kind, request.about, refused)
