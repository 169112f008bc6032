"""Opening a round and telling whether it still takes an application."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.models import Application, Round
from applicants.procedures import FormVersion
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState
from whitebox.people.models import Cohort, Membership, User


@transaction.atomic
def open_round(  # noqa: PLR0913  # the columns of one round
    cohort: Cohort,
    *,
    slug: str,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    by: User | None,
    grace_minutes: int = 60,
    offer_days: int = 7,
    answer_by: datetime | None = None,
    keep_months: int = 12,
) -> Round:
    """Announce a round of a cohort with the form of the pack that the cohort follows.

    The same slug returns the round that is there. Raises RuleViolation where the cohort follows no pack with a form.
    """
    present = Round.objects.filter(slug=slug).first()
    if present is not None:
        return _of_cohort(present, cohort)
    if closes_at <= opens_at:
        raise RuleViolation(_("A round closes after it opens. Check the two moments."))
    return Round.objects.create(
        cohort=cohort,
        form=form_of(cohort),
        slug=slug,
        title=title,
        opens_at=opens_at,
        closes_at=closes_at,
        zone=cohort.zone,
        grace_minutes=grace_minutes,
        offer_days=offer_days,
        answer_by=answer_by,
        keep_months=keep_months,
    )


def _of_cohort(present: Round, cohort: Cohort) -> Round:
    if present.cohort_id != cohort.pk:
        raise RuleViolation(_("Another cohort has a round with this short name. Choose another one."))
    return present


def form_of(cohort: Cohort) -> FormVersion:
    """Return the form of the pack version that a cohort follows. Raises RuleViolation where there is none."""
    form = FormVersion.objects.filter(version__adoptions__cohort=cohort, number=1).first()
    if form is None:
        raise RuleViolation(_("This cohort follows no pack with an application form. Load a pack and adopt it first."))
    return form


def last_moment(application: Application) -> datetime:
    """Return when an application must be in: the deadline, or the end of the grace for a form opened before it."""
    round_ = application.round
    opened = application.form_opened_at
    if opened is None or opened > round_.closes_at:
        return round_.closes_at
    return round_.closes_at + timedelta(minutes=round_.grace_minutes)


def told_moment(application: Application, now: datetime) -> datetime:
    """Return the moment that pages name: the deadline for all, and the end of the grace only once it has begun."""
    return last_moment(application) if now > application.round.closes_at else application.round.closes_at


def takes(application: Application, now: datetime) -> bool:
    """Tell whether the round still takes answers of this application."""
    return application.round.opens_at <= now <= last_moment(application)


def require_open(application: Application, now: datetime) -> None:
    """Raise RuleViolation once the round takes no more answers of this application."""
    if not takes(application, now):
        raise RuleViolation(
            _("This round is closed, so nothing can be changed any more. What you saved before is kept.")
        )


def organizers(round_: Round) -> list[User]:
    """Return who runs the round's cohort."""
    found = Membership.objects.filter(cohort_id=round_.cohort_id, role="organizer", state=MembershipState.ACTIVE)
    return [membership.user for membership in found.select_related("user").order_by("pk")]
