"""The nouns of what goes wrong: a breach of a policy that was signed, and what organizers say to it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import BreachKind, BreachOutcome
from whitebox.people.models import Membership, Signature


class BreachQuerySet(models.QuerySet["Breach"]):
    def standing(self) -> Self:
        """Breaches that were not taken back as a mistake."""
        return self.filter(taken_back_at=None)

    def undecided(self) -> Self:
        """Flagged breaches after which nobody has decided yet whether the person stays."""
        return self.standing().filter(is_flagged=True, outcome="")


class Breach(models.Model):
    """What somebody did against a policy they had signed. Its words never change; one by mistake is taken back.

    `is_flagged` says that the person may lose their place: it was kept quiet, on purpose, or not the first.
    """

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="breaches")
    signature = models.ForeignKey(Signature, models.PROTECT, related_name="breaches")
    happened_on = models.DateField()
    kind = models.CharField(max_length=8, choices=BreachKind)
    what = models.TextField(max_length=2000)
    learned = models.TextField(max_length=1000, blank=True, help_text=_("Who learned of it."))
    done = models.TextField(max_length=2000, blank=True, help_text=_("What was done about it."))
    is_flagged = models.BooleanField(editable=False)
    outcome = models.CharField(max_length=8, choices=BreachOutcome, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    key = models.UUIDField(
        unique=True, editable=False, help_text=_("Names one sending of the form, so that a double click records once.")
    )
    taken_back_at = models.DateTimeField(null=True, editable=False)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    taken_back_reason = models.CharField(max_length=500, blank=True, editable=False)

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="worse_than_honest_is_flagged",
                condition=Q(kind=BreachKind.HONEST) | Q(is_flagged=True),
                violation_error_message=_("What was kept quiet or done on purpose is flagged."),
            ),
            models.CheckConstraint(
                name="only_flagged_breaches_are_decided",
                condition=Q(outcome="") | Q(is_flagged=True),
                violation_error_message=_("Only a flagged breach can cost the place."),
            ),
            models.CheckConstraint(
                name="breach_decision_is_dated",
                condition=Q(outcome="", decided_at=None) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                violation_error_message=_("A decision has its date."),
            ),
            models.CheckConstraint(
                name="breach_taken_back_with_reason",
                condition=Q(taken_back_at=None, taken_back_by=None, taken_back_reason="")
                | (Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(taken_back_reason="")),
                violation_error_message=_("Who takes a breach back says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"breach {self.pk}"

    @property
    def is_undecided(self) -> bool:
        return self.is_flagged and not self.outcome and self.taken_back_at is None


class BreachVoice(models.Model):
    """What one organizer, having heard the person, says: may they stay? Append-only."""

    breach = models.ForeignKey(Breach, models.CASCADE, related_name="voices")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    may_stay = models.BooleanField()
    reason = models.TextField(max_length=2000)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["breach", "by"],
                name="one_voice_an_organizer",
                violation_error_message=_("You have said whether they may stay."),
            ),
            models.CheckConstraint(
                name="voice_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Give your reason: it is kept with the decision."),
            ),
        ]

    def __str__(self) -> str:
        return f"voice {self.pk} on breach {self.breach_id}"
