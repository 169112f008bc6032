"""What happens when a place comes free: the next in line is proposed, or gets the offer where that is switched on."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import blindness, decisions, dossiers, offers, waitlist
from applicants.choices import ApplicationState, DecisionCode
from applicants.judgements import Decision
from applicants.models import Application, Round
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort, User


@transaction.atomic
def propose_next(round_: Round, *, by: User | None, now: datetime | None = None) -> Decision | None:
    """Write a pending offer for the next in line where a seat is free; release it where the round fills itself.

    Returns None where nobody waits, or where the free seats are spoken for by offers that are pending already. `by` is
    None where a place came free by itself. Raises RuleViolation where the next in line is not for `by` to decide.
    """
    cohort = offers.lock_seats(round_)
    if _unpromised_seats(cohort) < 1:
        return None
    for waiting in waitlist.in_line(round_):
        if by is not None:
            _require_own(waiting, by)
        made = _proposed(waiting, by)
        if made is None:
            continue
        if Round.objects.get(pk=round_.pk).fills_itself:
            decisions.release([made], by=by, now=now or timezone.now())
        return made
    return None


def _require_own(waiting: Decision, by: User) -> None:
    """Refuse without saying who it is: whoever has a conflict must not learn how the application stands."""
    own = Decision.objects.filter(blindness.may_be_compared(by.pk, "application"), pk=waiting.pk)
    if not own.exists():
        raise RuleViolation(
            _("The next in line is not yours to decide: you have a conflict of interest, or your own review comes "
              "first. Nothing was done; another organizer can offer the place.")
        )  # fmt: skip


def _proposed(waiting: Decision, by: User | None) -> Decision | None:
    application = (
        Application.objects.select_for_update(of=("self",)).select_related("round").get(pk=waiting.application_id)
    )
    has_pending = application.decisions.filter(released_at=None, superseded_at=None).exists()
    if application.state != ApplicationState.SUBMITTED or has_pending:
        return None  # Withdrawn, or decided anew, since the line was read.
    made = Decision.objects.create(
        application=application,
        code=DecisionCode.OFFER,
        reason=_("Next on the waiting list: a place came free."),
        supersedes=application.decisions.order_by("pk").last(),
        by=by,
    )
    dossiers.keep(made)
    return made


def _unpromised_seats(cohort: Cohort) -> int:
    pending = Decision.objects.filter(
        application__in=Application.objects.filter(round__cohort=cohort),
        code=DecisionCode.OFFER,
        released_at__isnull=True,
        superseded_at__isnull=True,
    )
    return offers.free_seats(cohort) - pending.count()
