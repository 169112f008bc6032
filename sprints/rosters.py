"""The nouns of working together: a team of a cohort, and who is in it since when."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whitebox.people.models import Cohort, Membership

MOST = 6  # people of a team


class TeamQuerySet(models.QuerySet["Team"]):
    def alive(self) -> Self:
        """Teams that somebody is in."""
        return self.filter(pk__in=TeamMember.objects.present().values("team"))


class Team(models.Model):
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="teams")
    name = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "name"],
                name="team_name_once_per_cohort",
                violation_error_message=_("This cohort has a team with this name. Choose another one."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def present(self) -> Self:
        return self.filter(left_at=None)


class TeamMember(models.Model):
    """Somebody's time in a team. Who comes back has a row more."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="teams")
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "membership"],
                condition=Q(left_at=None),
                name="in_a_team_once",
                violation_error_message=_("This person is in the team already."),
            ),
            models.CheckConstraint(
                name="left_a_team_after_joining",
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")),
                violation_error_message=_("Nobody leaves a team before joining it."),
            ),
        ]

    def __str__(self) -> str:
        return f"member {self.pk} of team {self.team_id}"
