"""The nouns of a sprint: excursions of people and teams over some dates, on a board with columns."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sprints.models import Excursion
from whitebox.people.models import Cohort


class Sprint(models.Model):
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sprints")
    title = models.CharField(max_length=120)
    starts_on = models.DateField(help_text=_("By the cohort's calendar."))
    ends_on = models.DateField(help_text=_("Its last day, by the cohort's calendar."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "title"],
                name="sprint_title_once_per_cohort",
                violation_error_message=_("This cohort has a sprint with this title."),
            ),
            models.CheckConstraint(
                name="sprint_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A sprint ends on the day it starts, or later."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Column(models.Model):
    """A place on the board. With a limit, no more cards than that stand in it."""

    sprint = models.ForeignKey(Sprint, models.CASCADE, related_name="columns")
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    limit = models.PositiveSmallIntegerField(
        _("cards at most"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )

    class Meta:
        ordering = ["sprint", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["sprint", "name"],
                name="column_name_once",
                violation_error_message=_("This board has a column with this name."),
            ),
            models.CheckConstraint(
                name="limit_leaves_room",
                condition=Q(limit=None) | Q(limit__gte=1),
                violation_error_message=_("A limit is one card or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Card(models.Model):
    """An excursion on a board."""

    sprint = models.ForeignKey(Sprint, models.CASCADE, related_name="cards")
    excursion = models.ForeignKey(Excursion, models.PROTECT, related_name="cards")
    column = models.ForeignKey(Column, models.PROTECT, related_name="cards")
    put_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["column", "moved_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sprint", "excursion"],
                name="card_once_per_sprint",
                violation_error_message=_("This excursion is on the board already."),
            )
        ]

    def __str__(self) -> str:
        return f"card {self.pk} of sprint {self.sprint_id}"


class CardMove(models.Model):
    """Where a card went, when and by whom. Append-only."""

    card = models.ForeignKey(Card, models.CASCADE, related_name="moves")
    left = models.CharField(max_length=40, blank=True)
    entered = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"move {self.pk} of card {self.card_id}"
