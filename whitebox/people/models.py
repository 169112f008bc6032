"""The nouns of people: who takes part in which cohort, what they signed, when they were last in touch."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Concern, ContactKind, MembershipState, Role
from whitebox.people.zones import validate_zone


def default_zone() -> str:
    """Return the zone of a person or cohort that chose none."""
    return str(settings.DEFAULT_ZONE)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without a password the account can only sign in by a mailed code."""
        user = self.model(email=normalised(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalised(username or ""))


def normalised(email: str) -> str:
    """Return an address in the one form under which it is stored and looked up."""
    return email.strip().lower()


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("chosen name"), max_length=120, blank=True, help_text=_("How you want to be called."))
    zone = models.CharField(_("time zone"), max_length=64, default=default_zone, validators=[validate_zone])
    quiet_from = models.TimeField(
        _("quiet from"), default="22:00", help_text=_("No letters but urgent ones after this time, in your zone.")
    )
    quiet_until = models.TimeField(_("quiet until"), default="07:00")
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="address_is_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message=_("Write the address in lower case."),
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def called(self) -> str:
        """The name a person chose, else the part of the address before the @."""
        return self.name or self.email.partition("@")[0]

    def get_full_name(self) -> str:
        return self.called

    def get_short_name(self) -> str:
        return self.called.partition(" ")[0]


class CohortQuerySet(models.QuerySet["Cohort"]):
    def running(self, at: datetime) -> Self:
        """Cohorts that have started by `at`."""
        return self.filter(started_at__lte=at)


class Cohort(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    starts_on = models.DateField(null=True, blank=True, help_text=_("The Monday of week 1, in the cohort's zone."))
    closed_weeks = models.JSONField(
        default=list, blank=True, editable=False, help_text=_("The first days of the holiday weeks, as ISO dates.")
    )
    weeks = models.PositiveSmallIntegerField(default=8, validators=[MinValueValidator(1), MaxValueValidator(52)])
    zone = models.CharField(max_length=64, default=default_zone, validators=[validate_zone])
    place = models.CharField(max_length=200, blank=True)
    seats = models.PositiveSmallIntegerField(default=15)
    threshold_percent = models.PositiveSmallIntegerField(
        _("mastery threshold"), default=80, help_text=_("Percent of the points. Frozen when the cohort starts.")
    )
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    ahead_of = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="lead",
        help_text=_("The cohort that does the same a week later: this one tries it out."),
    )

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="threshold_is_a_percentage",
                condition=Q(threshold_percent__gte=1, threshold_percent__lte=100),
                violation_error_message=_("The threshold lies between 1 and 100 percent."),
            ),
            models.CheckConstraint(
                name="weeks_within_a_year",
                condition=Q(weeks__gte=1, weeks__lte=52),
                violation_error_message=_("A cohort lasts 1 to 52 weeks."),
            ),
            models.CheckConstraint(
                name="started_means_dated",
                condition=Q(started_at__isnull=True) | Q(starts_on__isnull=False),
                violation_error_message=_("A cohort that has started needs its start date."),
            ),
            models.CheckConstraint(
                name="nobody_runs_ahead_of_themselves",
                condition=~Q(ahead_of=F("id")),
                violation_error_message=_("A cohort runs ahead of another one."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def holidays(self) -> frozenset[date]:
        """The first days of the weeks without teaching."""
        return frozenset(date.fromisoformat(day) for day in self.closed_weeks)

    def first_day(self, week: int) -> date | None:
        """Return the first day of a teaching week, counted from 1; holiday weeks are skipped, not used up."""
        if self.starts_on is None:
            return None
        closed, day = self.holidays, self.starts_on
        for _week in range(1, week):
            day = _next_open(day + timedelta(weeks=1), closed)
        return day

    def week_at(self, moment: datetime) -> int | None:
        """Return the number of the teaching week at `moment` by the cohort's own calendar.

        0 or less before the start, more than `weeks` afterwards, that of the week before in a holiday week, None while
        there is no start date.
        """
        if self.starts_on is None:
            return None
        today = moment.astimezone(self.tz).date()
        closed = sum(self.starts_on <= day <= today for day in self.holidays)
        return (today - self.starts_on).days // 7 + 1 - closed


def _next_open(day: date, closed: frozenset[date]) -> date:
    while day in closed:
        day += timedelta(weeks=1)
    return day


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(state=MembershipState.ACTIVE)

    def seated(self) -> Self:
        """Participants who hold one of the cohort's seats."""
        return self.filter(role=Role.PARTICIPANT, state__in=[MembershipState.ACTIVE, MembershipState.COMPLETED])

    def of_record(self, first: int) -> Self:
        """All memberships of the record that began as the one with this key."""
        return self.filter(Q(pk=first) | Q(began_as=first))

    def with_record_of(self, people: "models.QuerySet[Membership]") -> Self:
        """All memberships that the record of these people runs through: it goes on when somebody is deferred."""
        roots = people.order_by().annotate(first=Coalesce("began_as", "pk")).values("first")
        return self.filter(Q(pk__in=roots) | Q(began_as__in=roots))


class Membership(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    state = models.CharField(max_length=16, choices=MembershipState, default=MembershipState.ACTIVE)
    mentor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="mentees", limit_choices_to={"role": Role.MENTOR}
    )
    promised_hours = models.PositiveSmallIntegerField(_("hours a week promised"), null=True, blank=True)
    deferred_to = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="deferred_from")
    began_as = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("The first membership of somebody who was deferred: their record goes on from there."),
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "cohort", "role"],
                name="one_membership_per_role",
                violation_error_message=_("This person has this role in this cohort already."),
            ),
            models.CheckConstraint(
                name="deferred_knows_where",
                condition=Q(state=MembershipState.DEFERRED, deferred_to__isnull=False)
                | (~Q(state=MembershipState.DEFERRED) & Q(deferred_to__isnull=True)),
                violation_error_message=_("A deferred person has a place in another cohort."),
            ),
            models.CheckConstraint(
                name="nobody_mentors_themselves",
                condition=~Q(mentor=F("id")),
                violation_error_message=_("Nobody mentors themselves."),
            ),
        ]
        indexes = [models.Index(fields=["cohort", "role", "state"], name="membership_of_cohort")]

    def __str__(self) -> str:
        return f"membership {self.pk}"

    @property
    def first_key(self) -> int:
        """The key of the membership as which this person's record began: their own, unless they were deferred."""
        return self.began_as_id or self.pk


class MembershipChange(models.Model):
    """One line of a membership's history. Append-only."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="changes")
    left = models.CharField(max_length=16, choices=MembershipState, blank=True)
    entered = models.CharField(max_length=16, choices=MembershipState)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"change {self.pk} of membership {self.membership_id}"


class Policy(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    required_for = models.JSONField(default=list, help_text=_("The roles that must sign it."))

    class Meta:
        verbose_name_plural = _("policies")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class PolicyVersion(models.Model):
    """The wording that people sign. Never changed: another wording is another version."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="versions")
    label = models.CharField(_("version"), max_length=40)
    source = models.TextField()
    html = models.TextField(editable=False)
    published_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["policy", "-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "label"],
                name="policy_version_label_once",
                violation_error_message=_("This policy has a version with this label already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id}, version {self.label}"


class Signature(models.Model):
    """Who agreed to which wording, and when. Append-only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="signatures")
    signed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "version"],
                name="signed_once",
                violation_error_message=_("You have signed this version already."),
            )
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}"


class ContactNoteQuerySet(models.QuerySet["ContactNote"]):
    def standing(self) -> Self:
        """Notes that their author has not taken back."""
        return self.filter(taken_back_at=None)

    def told_to(self, user: int) -> Self:
        """The notes about a person that this person may read, newest first."""
        return self.standing().filter(about__user=user, is_shared=True)


class ContactNote(models.Model):
    """What somebody who teaches wrote down about a talk. Never changed; its author can take a fresh one back."""

    about = models.ForeignKey(Membership, models.CASCADE, related_name="contact_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=ContactKind)
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(max_length=4000)
    next_step = models.CharField(max_length=300, blank=True)
    concern = models.PositiveSmallIntegerField(choices=Concern, default=Concern.NONE)
    is_shared = models.BooleanField(_("the participant may read it"), default=False)
    key = models.UUIDField(
        null=True, editable=False, help_text=_("Names one sending of the form, so that a double click notes once.")
    )
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    taken_back_at = models.DateTimeField(null=True, editable=False)

    objects = ContactNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "key"],
                name="noted_once",
                violation_error_message=_("This note is there already."),
            ),
            models.CheckConstraint(
                name="concern_is_a_level",
                condition=Q(concern__in=Concern.values),
                violation_error_message=_("Choose one of the levels of concern."),
            ),
        ]

    def __str__(self) -> str:
        return f"contact note {self.pk}"


from whitebox.people import conduct as conduct  # noqa: E402, PLC0414
from whitebox.people import few as few  # noqa: E402, PLC0414  # a lookup
from whitebox.people import looked as looked  # noqa: E402, PLC0414
