"""The nouns of a hackathon: its rules and criteria, who enters with what, who judges it, and how it ended."""

import uuid
from datetime import datetime
from pathlib import PurePosixPath
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sprints.choices import HackathonKind
from sprints.rosters import Team
from whitebox.people.models import Cohort, Membership
from whitebox.people.zones import validate_zone

LOWEST, HIGHEST = 1, 5  # of a weight and of a level


class Hackathon(models.Model):
    """One of ours, which is judged here, or one of others, whose placements are written down."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="hackathons")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=HackathonKind, default=HackathonKind.OWN)
    host = models.CharField(_("who organizes it"), max_length=120, blank=True)
    url = models.URLField(_("its page"), max_length=500, blank=True)
    rules = models.TextField(blank=True, max_length=20_000, help_text=_("Markdown."))
    rules_html = models.TextField(blank=True, editable=False)
    zone = models.CharField(max_length=64, validators=[validate_zone])
    registers_until = models.DateTimeField()
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    late_until = models.DateTimeField(null=True, blank=True)
    ratings_each = models.PositiveSmallIntegerField(
        _("ratings of each entry"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    handed_out_at = models.DateTimeField(null=True, blank=True, editable=False)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    judges_choice = models.ForeignKey(
        "Entry", models.SET_NULL, null=True, blank=True, editable=False, related_name="chosen_in"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "title"],
                name="hackathon_title_once_per_cohort",
                violation_error_message=_("This cohort has a hackathon with this title."),
            ),
            models.CheckConstraint(
                name="hackathon_ends_after_it_starts",
                condition=Q(due_at__gt=F("starts_at"), registers_until__lte=F("due_at")),
                violation_error_message=_("A hackathon starts before its deadline, and registration ends before it."),
            ),
            models.CheckConstraint(
                name="late_is_after_the_deadline",
                condition=Q(late_until=None) | Q(late_until__gt=F("due_at")),
                violation_error_message=_("Late entries are taken until a moment after the deadline, or not at all."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_own(self) -> bool:
        return self.kind == HackathonKind.OWN

    @property
    def closes_at(self) -> datetime:
        """The moment after which nothing is taken."""
        return self.late_until or self.due_at

    @property
    def is_released(self) -> bool:
        return self.released_at is not None


class HackathonCriterion(models.Model):
    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="criteria")
    name = models.CharField(max_length=80)
    weight = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = _("hackathon criteria")
        ordering = ["hackathon", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["hackathon", "name"],
                name="hackathon_criterion_once",
                violation_error_message=_("This hackathon has this criterion already."),
            ),
            models.CheckConstraint(
                name="criterion_weight_1_to_5",
                condition=Q(weight__gte=LOWEST, weight__lte=HIGHEST),
                violation_error_message=_("A weight is 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EntryQuerySet(models.QuerySet["Entry"]):
    def present(self) -> Self:
        return self.filter(withdrawn_at=None)

    def judged(self) -> Self:
        """Entries with something to judge: a draft was saved in time, or late where that is taken."""
        return self.present().filter(drafts__isnull=False).distinct()


class Entry(models.Model):
    """A team's place in a hackathon. What it hands in is its last draft."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="entries")
    team = models.ForeignKey(Team, models.PROTECT, related_name="entries")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    registered_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("entries")
        ordering = ["registered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hackathon", "team"],
                name="team_enters_once",
                violation_error_message=_("This team is registered already."),
            )
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class Draft(models.Model):
    """What an entry said at a moment. Append-only; the last one counts."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="drafts")
    title = models.CharField(max_length=200)
    source = models.TextField(max_length=50_000, help_text=_("Markdown."))
    html = models.TextField(editable=False)
    repository = models.URLField(max_length=500, blank=True)
    demonstration = models.URLField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now, editable=False)
    is_late = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-saved_at", "-pk"]

    def __str__(self) -> str:
        return f"draft {self.pk} of entry {self.entry_id}"


def artefact_name(_artefact: "Artefact", _filename: str) -> str:
    return str(PurePosixPath("hackathons", uuid.uuid4().hex))


class Artefact(models.Model):
    """A file that belongs to an entry. Its own name stays with the row."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="artefacts")
    file = models.FileField(upload_to=artefact_name)
    filename = models.CharField(max_length=200)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    is_late = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"artefact {self.pk} of entry {self.entry_id}"


class Placement(models.Model):
    """Which place an entry got in a hackathon of others, with what shows it."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="placement")
    place = models.PositiveSmallIntegerField()
    entrants = models.PositiveSmallIntegerField(_("of how many"), null=True, blank=True)
    evidence = models.URLField(_("page that shows it"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="place_within_the_field",
                condition=Q(place__gte=1) & (Q(entrants=None) | Q(entrants__gte=F("place"))),
                violation_error_message=_("A place is 1 or more, and not beyond the number of entries."),
            )
        ]

    def __str__(self) -> str:
        return f"placement {self.pk} of entry {self.entry_id}"


class Judge(models.Model):
    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="judges")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="judging")
    appointed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hackathon", "membership"],
                name="judge_once_per_hackathon",
                violation_error_message=_("This person judges this hackathon already."),
            )
        ]

    def __str__(self) -> str:
        return f"judge {self.pk}"


class JudgeConflict(models.Model):
    """Why a judge must not rate an entry, as they said themselves. What the record shows needs no row."""

    judge = models.ForeignKey(Judge, models.CASCADE, related_name="conflicts")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="conflicts")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["judge", "entry"],
                name="conflict_once_per_entry",
                violation_error_message=_("This conflict is known already."),
            )
        ]

    def __str__(self) -> str:
        return f"conflict {self.pk} of judge {self.judge_id}"


class Rating(models.Model):
    """One judge's reading of one entry: handed out, then submitted."""

    judge = models.ForeignKey(Judge, models.CASCADE, related_name="ratings")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="ratings")
    comment = models.TextField(max_length=4000, blank=True)
    handed_out_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["judge", "entry"],
                name="rated_once_by_a_judge",
                violation_error_message=_("This judge has this entry already."),
            )
        ]

    def __str__(self) -> str:
        return f"rating {self.pk}"


class RatingScore(models.Model):
    rating = models.ForeignKey(Rating, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(HackathonCriterion, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "criterion"],
                name="scored_once_by_criterion",
                violation_error_message=_("This criterion has its level already."),
            ),
            models.CheckConstraint(
                name="hackathon_level_1_to_5",
                condition=Q(level__gte=LOWEST, level__lte=HIGHEST),
                violation_error_message=_("A level is 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"score {self.pk} of rating {self.rating_id}"


class Result(models.Model):
    """What an entry was worth when the results were released. Computed once, by `standings`."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="result")
    place = models.PositiveSmallIntegerField()
    raw = models.FloatField(help_text=_("Mean of the ratings, each the weighted mean of its levels."))
    adjusted = models.FloatField(help_text=_("The same, with the judges' severity taken out."))
    error = models.FloatField(help_text=_("Standard error of the adjusted score."))
    ratings = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"result of entry {self.entry_id}"
