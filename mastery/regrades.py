"""The nouns of a regrade: a fixed check that is applied to what was graded before, as one run of many small jobs."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mastery.choices import Direction, RegradeJobState, RegradeState
from mastery.models import Attempt, Check, CheckVersion
from whitebox.people.models import Cohort, Membership

LIVE = [RegradeState.COMPARING, RegradeState.COMPARED, RegradeState.APPLYING]


class RegradeQuerySet(models.QuerySet["Regrade"]):
    def at_work(self) -> Self:
        return self.filter(state__in=[RegradeState.COMPARING, RegradeState.APPLYING])


class Regrade(models.Model):
    """One fixed check in one cohort: first compared, then, once somebody has looked, applied."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="regrades")
    for_check = models.ForeignKey(Check, models.PROTECT, related_name="regrades")
    check_version = models.ForeignKey(CheckVersion, models.PROTECT, related_name="+", help_text=_("The fixed one."))
    state = models.CharField(max_length=12, choices=RegradeState, default=RegradeState.COMPARING)
    may_lower = models.BooleanField(
        _("lower marks too"), default=False, help_text=_("By default a regrade never takes points away.")
    )
    reason = models.CharField(max_length=300, help_text=_("Everybody whose marks change reads it."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    compared_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = RegradeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "for_check"],
                condition=Q(state__in=["comparing", "compared", "applying"]),
                name="one_live_regrade_per_check",
                violation_error_message=_("This check is being regraded in this cohort."),
            ),
            models.CheckConstraint(
                name="regrade_gives_its_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Give a reason: it is kept with the record."),
            ),
        ]

    def __str__(self) -> str:
        return f"regrade {self.pk}"


class RegradeJobQuerySet(models.QuerySet["RegradeJob"]):
    def free(self, now: datetime) -> Self:
        """Jobs that no worker holds."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lte=now))


class RegradeJob(models.Model):
    """One attempt in a regrade: what would change, and what became of it."""

    regrade = models.ForeignKey(Regrade, models.CASCADE, related_name="jobs")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="regrade_jobs")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="regrade_jobs")
    state = models.CharField(max_length=12, choices=RegradeJobState, default=RegradeJobState.WAITING)
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.SAME)
    change = models.JSONField(default=dict, help_text=_("Each grade that changes, and the gates that open."))
    error = models.CharField(max_length=300, blank=True)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    objects = RegradeJobQuerySet.as_manager()

    class Meta:
        ordering = ["membership", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["regrade", "attempt"],
                name="attempt_once_per_regrade",
                violation_error_message=_("This attempt is part of the regrade already."),
            )
        ]
        indexes = [models.Index(fields=["regrade", "state", "membership"], name="regrade_jobs_waiting")]

    def __str__(self) -> str:
        return f"regrade job {self.pk}"
