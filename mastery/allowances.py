"""More time on the clock of a check for one person: a share of the limit, with a reason that is kept."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mastery.choices import AttemptState
from mastery.models import Attempt, CheckVersion
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User

LEAST, MOST = 100, 400  # percent of the time limit


class TimeAllowance(models.Model):
    """How much of every time limit a person has. The latest row counts. Append-only."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="time_allowances")
    percent = models.PositiveSmallIntegerField(
        gettext_lazy("percent of the time limit"), help_text=gettext_lazy("150 gives half as much again.")
    )
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="allowance_gives_more_time",
                condition=Q(percent__gte=LEAST, percent__lte=MOST),
                violation_error_message=gettext_lazy("Give between 100 and 400 percent of the time limit."),
            ),
            models.CheckConstraint(
                name="allowance_gives_its_reason",
                condition=~Q(reason=""),
                violation_error_message=gettext_lazy("Give a reason: it is kept with the record."),
            ),
        ]

    def __str__(self) -> str:
        return f"time allowance {self.pk}"


def percent_of(membership: Membership) -> int:
    """Return the share of every time limit that a person has: all of it where nobody gave more."""
    record = Membership.objects.of_record(membership.first_key)
    found = TimeAllowance.objects.filter(membership__in=record.values("pk")).values_list("percent", flat=True).first()
    return found or LEAST


def closes_at(membership: Membership, check: CheckVersion, opened_at: datetime) -> datetime | None:
    """Return when an attempt that opened then is over for this person; None where no clock runs."""
    if check.time_limit is None:
        return None
    return opened_at + timedelta(minutes=check.time_limit) * percent_of(membership) / 100


@transaction.atomic
def grant(membership: Membership, percent: int, *, by: User, reason: str) -> TimeAllowance:
    """Give a person a share of every time limit, of the attempts they have open too. The same again changes nothing.

    Organizers only: it holds for every check. Raises RuleViolation for anybody else and for a share below the whole.
    """
    organizing = Membership.objects.active().filter(user=by, cohort_id=membership.cohort_id, role=Role.ORGANIZER)
    if membership.user_id == by.pk or not organizing.exists():
        raise RuleViolation(_("Only an organizer of the cohort can give more time, and never to themselves."))
    if not LEAST <= percent <= MOST:
        raise RuleViolation(_("Give between 100 and 400 percent of the time limit."))
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    present = held.time_allowances.first()
    if present is not None and present.percent == percent:
        return present
    given = TimeAllowance.objects.create(membership=held, percent=percent, reason=reason.strip(), by=by)
    running = Attempt.objects.filter(membership=held, state=AttemptState.OPEN, closes_at__isnull=False)
    for attempt in running.select_related("check_version"):
        attempt.closes_at = closes_at(held, attempt.check_version, attempt.opened_at)
        attempt.save(update_fields=["closes_at"])
    return given
