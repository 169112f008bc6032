"""The nouns around a log: what hangs on an entry, how a budget changed, and what the mentor said each week."""

import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sprints.choices import LinkKind, Pace
from sprints.models import MOST_DAYS, Excursion, LogEntry


def stored_under(_figure: "LogFigure", _filename: str) -> str:
    """Return a random name: what the file was called stays with the row."""
    return str(PurePosixPath("research", uuid.uuid4().hex))


class LogFigure(models.Model):
    """A picture of an entry. The text that stands for it is part of it."""

    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="figures")
    file = models.FileField(upload_to=stored_under)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    alt = models.CharField(_("what it shows"), max_length=500)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="figure_says_what_it_shows",
                condition=~Q(alt=""),
                violation_error_message=_("Say in words what the figure shows."),
            )
        ]

    def __str__(self) -> str:
        return f"figure {self.pk} of log entry {self.entry_id}"


class LogLink(models.Model):
    """Where the work of an entry lies."""

    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="links")
    kind = models.CharField(max_length=12, choices=LinkKind)
    url = models.URLField(max_length=500)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"link {self.pk} of log entry {self.entry_id}"


class BudgetChange(models.Model):
    """More days for an excursion, with the reason. Append-only."""

    excursion = models.ForeignKey(Excursion, models.PROTECT, related_name="budget_changes")
    was_days = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)])
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="budget_grows",
                condition=Q(days__gt=F("was_days"), days__lte=MOST_DAYS),
                violation_error_message=_("An extension gives more days, 90 in all at most."),
            )
        ]

    def __str__(self) -> str:
        return f"budget change {self.pk} of excursion {self.excursion_id}"


class CheckIn(models.Model):
    """What a mentor and a researcher agreed on, about once a week. Append-only; the researcher reads it."""

    excursion = models.ForeignKey(Excursion, models.PROTECT, related_name="check_ins")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    pace = models.CharField(_("how it goes"), max_length=8, choices=Pace)
    text = models.TextField(_("what you talked about"), max_length=4000)
    next_step = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["excursion", "-at"], name="check_ins_of_excursion")]

    def __str__(self) -> str:
        return f"check-in {self.pk} of excursion {self.excursion_id}"
