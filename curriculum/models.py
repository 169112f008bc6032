"""The nouns of the curriculum.

A module and an objective are identities that live as long as the programme; what they say belongs to a
pack version. Ticks and marks point at identities, so a new wording never touches what a person did.
"""

from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.choices import CorrectiveKind, ItemKind, ModuleStatus, ResourceKind
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.people.zones import validate_zone

TEXTS = ("before_html", "in_html", "after_html", "contents", "agenda", "exercises")  # up to 100 KB a module


class Module(models.Model):
    pack = models.SlugField(max_length=60)
    slug = models.SlugField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "slug"],
                name="module_slug_once",
                violation_error_message=_("This pack has a module with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.slug


class ModuleVersionQuerySet(models.QuerySet["ModuleVersion"]):
    def followed_by(self, cohort: Cohort) -> Self:
        """The modules of the pack version that a cohort follows, in the order of weeks."""
        return self.filter(version__adoptions__cohort=cohort).select_related("module").order_by("week", "pk")

    def without_text(self) -> Self:
        """Leave out what only the module's own page shows: a text can be 100 KB."""
        return self.defer(*TEXTS)


class ModuleVersion(models.Model):
    """What a module says in one pack version. Never changed."""

    module = models.ForeignKey(Module, models.PROTECT, related_name="versions")
    version = models.ForeignKey("packs.PackVersion", models.CASCADE, related_name="modules")
    week = models.PositiveSmallIntegerField()
    written_slug = models.SlugField(
        max_length=60, blank=True, help_text=_("Its slug in this version's files, where it was renamed.")
    )
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=400)
    status = models.CharField(max_length=12, choices=ModuleStatus)
    before_html = models.TextField(blank=True)
    in_html = models.TextField(blank=True)
    after_html = models.TextField(blank=True)
    contents = models.JSONField(default=list, help_text=_("Headings of the text: level, text, slug."))
    agenda = models.JSONField(default=list, help_text=_("Steps of the session: minutes, title, html."))
    exercises = models.JSONField(
        default=list, help_text=_("Practice cards: slug, title, minutes, difficulty, importance, html.")
    )

    waits_for = models.JSONField(
        null=True, blank=True, help_text=_("The modules it waits for; without any, the complete one before it.")
    )

    objects = ModuleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["version", "week", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["module", "version"],
                name="module_once_per_version",
                violation_error_message=_("This version has this module already."),
            ),
            models.CheckConstraint(
                name="module_week_from_one", condition=Q(week__gte=1), violation_error_message=_("Weeks count from 1.")
            ),
            models.UniqueConstraint(
                fields=["version", "week"],
                name="one_module_a_week",
                violation_error_message=_("This version has a module for this week already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FigureQuerySet(models.QuerySet["Figure"]):
    def visible_to(self, user: User) -> Self:
        """Figures of the versions that a person's cohorts follow, and all for organizers, who preview the others.

        Reviewers read no modules.
        """
        reading = Membership.objects.active().filter(user_id=user.pk).exclude(role=Role.REVIEWER)
        cohorts = reading.values("cohort")
        is_read = Q(module_version__version__adoptions__cohort__in=cohorts)
        return self if user.is_superuser else self.filter(is_read | Q(Exists(reading.filter(role=Role.ORGANIZER))))


class Figure(models.Model):
    """A drawing of a module's text. Its address holds its digest, so that it may be cached for ever."""

    module_version = models.ForeignKey(ModuleVersion, models.CASCADE, related_name="figures")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the content."))
    content = models.TextField(help_text=_("SVG without scripts, handlers and outside addresses."))

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["module_version", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["module_version", "name"],
                name="figure_name_once",
                violation_error_message=_("This module has a figure with this name."),
            )
        ]
        indexes = [models.Index(fields=["digest"], name="figures_by_digest")]

    def __str__(self) -> str:
        return self.name


class Resource(models.Model):
    module_version = models.ForeignKey(ModuleVersion, models.CASCADE, related_name="resources")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    written_slug = models.SlugField(
        max_length=60, blank=True, help_text=_("Its slug in this version's files, where it was renamed.")
    )
    title = models.CharField(max_length=250)
    authors = models.CharField(max_length=250, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    url = models.URLField(max_length=500)
    kind = models.CharField(max_length=12, choices=ResourceKind)
    minutes = models.PositiveSmallIntegerField()
    minutes_are_real = models.BooleanField(default=False, help_text=_("Measured, not estimated."))
    is_required = models.BooleanField(default=True)
    why = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["module_version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["module_version", "slug"],
                name="resource_slug_once",
                violation_error_message=_("This module has a resource with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_word(self) -> str:
        """The kind's word; `get_kind_display` takes thirty times as long, for each row of a page."""
        return str(ResourceKind(self.kind).label)


class Objective(models.Model):
    """Something a person can do after a module; mastery is recorded against it for ever."""

    module = models.ForeignKey(Module, models.PROTECT, related_name="objectives")
    slug = models.SlugField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["module", "slug"],
                name="objective_slug_once",
                violation_error_message=_("This module has an objective with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.slug


class ObjectiveVersion(models.Model):
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="versions")
    module_version = models.ForeignKey(ModuleVersion, models.CASCADE, related_name="objectives")
    position = models.PositiveSmallIntegerField()
    written_slug = models.SlugField(
        max_length=60, blank=True, help_text=_("Its slug in this version's files, where it was renamed.")
    )
    number = models.CharField(max_length=12)
    text = models.CharField(max_length=400)
    topic = models.CharField(max_length=80)
    is_blocking = models.BooleanField(default=True, help_text=_("The next module waits for it."))
    taught_in = models.JSONField(default=list, help_text=_("Headings of the module's text that teach it: text, slug."))

    class Meta:
        ordering = ["module_version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "module_version"],
                name="objective_once_per_version",
                violation_error_message=_("This module has this objective already."),
            )
        ]

    def __str__(self) -> str:
        return self.number


class Corrective(models.Model):
    """Another way to an objective, for somebody whom the module's own way did not bring there yet."""

    objective_version = models.ForeignKey(ObjectiveVersion, models.CASCADE, related_name="correctives")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=16, choices=CorrectiveKind)
    minutes = models.PositiveSmallIntegerField()
    html = models.TextField()

    class Meta:
        ordering = ["objective_version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["objective_version", "slug"],
                name="corrective_slug_once",
                violation_error_message=_("This objective has a corrective with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Tick(models.Model):
    """A participant's own mark that a resource is done. It follows the resource's name through pack versions."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="ticks")
    module = models.ForeignKey(Module, models.PROTECT, related_name="ticks")
    resource_slug = models.SlugField(max_length=60)
    minutes_taken = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(6000)])
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "module", "resource_slug"],
                name="ticked_once",
                violation_error_message=_("You have ticked this already."),
            )
        ]

    def __str__(self) -> str:
        return f"tick {self.pk}"


class SessionQuerySet(models.QuerySet["Session"]):
    def ahead(self, at: datetime) -> Self:
        """Sessions that have not ended by `at` and are not cancelled, soonest first."""
        return self.filter(ends_at__gt=at, is_cancelled=False).order_by("starts_at", "pk")


class Session(models.Model):
    """A meeting of a cohort. Local wall time and zone are what was agreed; the UTC moments follow from them."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="sessions")
    module = models.ForeignKey(Module, models.PROTECT, related_name="sessions")
    week = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    on = models.DateField(help_text=_("The day, in the session's zone."))
    at = models.TimeField(help_text=_("The wall-clock time, in the session's zone."))
    zone = models.CharField(max_length=64, validators=[validate_zone])
    minutes = models.PositiveSmallIntegerField(default=120)
    place = models.CharField(max_length=200, blank=True)
    leader = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="led_sessions",
        help_text=_("Who leads it, and so sees the readiness of everybody."),
    )
    is_cancelled = models.BooleanField(default=False)
    note = models.CharField(
        max_length=300, blank=True, help_text=_("Why it was moved or cancelled, for everybody to read.")
    )
    starts_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False, help_text=_("Counts changes, for calendars."))
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "week"],
                name="one_session_a_week",
                violation_error_message=_("This cohort has a session in this week."),
            ),
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                condition=Q(ends_at__gt=models.F("starts_at")),
                violation_error_message=_("A session ends after it starts."),
            ),
        ]
        indexes = [models.Index(fields=["cohort", "ends_at"], name="sessions_ahead")]

    def __str__(self) -> str:
        return f"session {self.week} of cohort {self.cohort_id}"

    def set_moments(self) -> None:
        """Derive the UTC moments from day, wall time and zone."""
        self.starts_at = datetime.combine(self.on, self.at, tzinfo=ZoneInfo(self.zone)).astimezone(ZoneInfo("UTC"))
        self.ends_at = self.starts_at + timedelta(minutes=self.minutes)


class Extension(models.Model):
    """A later due time for one person, absolute. The latest row counts. Append-only."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="extensions")
    module = models.ForeignKey(Module, models.PROTECT, related_name="extensions")
    item = models.CharField(max_length=12, choices=ItemKind)
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"extension {self.pk}"


# Django looks for models in this module only, and the nouns of the others need these.
from curriculum import commitments as commitments  # noqa: E402, PLC0414
from curriculum import register as register  # noqa: E402, PLC0414
