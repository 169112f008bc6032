"""The nouns of oral checks: times that are offered, talks that are booked, the questions that were drawn.

None of them is a grade. What a talk showed goes into the ledger like every other mark.
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mastery.choices import TalkState
from mastery.models import Attempt
from whitebox.people.models import Membership, default_zone
from whitebox.people.zones import validate_zone

LONGEST_NOTES = 8_000


class OralSlot(models.Model):
    """A time at which somebody who teaches can hold a talk: the agreed wall time, and the moment it means."""

    mentor = models.ForeignKey(Membership, models.PROTECT, related_name="oral_slots")
    on = models.DateField(help_text=_("The day by the clock of the zone."))
    at = models.TimeField(help_text=_("By the clock of the zone."))
    zone = models.CharField(max_length=64, default=default_zone, validators=[validate_zone])
    starts_at = models.DateTimeField(editable=False)
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=500, help_text=_("A room, or the address of a call."))
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mentor", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="one_oral_slot_at_a_time",
                violation_error_message=_("You offer this time already."),
            ),
            models.CheckConstraint(
                name="oral_slot_has_minutes",
                condition=Q(minutes__gte=5, minutes__lte=240),
                violation_error_message=_("A talk lasts 5 minutes to 4 hours."),
            ),
        ]

    def __str__(self) -> str:
        return f"oral slot {self.pk}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class TalkQuerySet(models.QuerySet["Talk"]):
    def with_people(self) -> Self:
        """Load all that a page or a letter names, in one query."""
        return self.select_related(
            "slot__mentor__user",
            "attempt__check_version__version",
            "attempt__for_check__module",
            "attempt__membership__cohort",
            "attempt__membership__user",
            "attempt__membership__mentor__user",
            "attempt__membership__deferred_to",
        )

    def booked(self) -> Self:
        return self.filter(state=TalkState.BOOKED)


class Talk(models.Model):
    """One attempt's talk at one time. A time that was given back can be booked again."""

    slot = models.ForeignKey(OralSlot, models.PROTECT, related_name="talks")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="talks")
    state = models.CharField(max_length=12, choices=TalkState, default=TalkState.BOOKED)
    seed = models.BigIntegerField(editable=False, help_text=_("Chooses the questions. A secret."))
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why it was cancelled."))
    is_own_choice = models.BooleanField(
        default=False, help_text=_("The participant gave the time back, which they may do a few times.")
    )
    notes = models.TextField(max_length=LONGEST_NOTES, blank=True, help_text=_("For those who teach."))
    booked_at = models.DateTimeField(default=timezone.now, editable=False)
    begun_at = models.DateTimeField(null=True, editable=False, help_text=_("When the questions were drawn."))
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = TalkQuerySet.as_manager()

    class Meta:
        ordering = ["slot__starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot"],
                condition=~Q(state=TalkState.CANCELLED),
                name="oral_slot_taken_once",
                violation_error_message=_("Somebody else has just taken this time. Choose another one."),
            ),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(state=TalkState.BOOKED),
                name="one_talk_ahead",
                violation_error_message=_("You have a talk booked already."),
            ),
            models.CheckConstraint(
                name="talk_ended_means_dated",
                condition=Q(state=TalkState.BOOKED, ended_at__isnull=True)
                | (~Q(state=TalkState.BOOKED) & Q(ended_at__isnull=False)),
                violation_error_message=_("A talk that is over has its moment."),
            ),
            models.CheckConstraint(
                name="talk_held_means_begun",
                condition=~Q(state=TalkState.HELD) | Q(begun_at__isnull=False),
                violation_error_message=_("A talk that was held had begun."),
            ),
        ]

    def __str__(self) -> str:
        return f"talk {self.pk}"


class SecondExaminer(models.Model):
    """Somebody else who teaches and joins a talk. They may give the outcome too."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="seconds")
    mentor = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now, editable=False)
    left_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["talk"],
                condition=Q(left_at__isnull=True),
                name="one_second_examiner",
                violation_error_message=_("Somebody else joins this talk already."),
            )
        ]

    def __str__(self) -> str:
        return f"second examiner {self.pk}"


class DrawnQuestion(models.Model):
    """The question that was drawn for one item when a talk began. Append-only; there is no row before."""

    talk = models.ForeignKey(Talk, models.PROTECT, related_name="drawn")
    item = models.SlugField(max_length=60)
    bank = models.SlugField(max_length=60)
    question = models.SlugField(max_length=60)
    chosen_from = models.JSONField(help_text=_("The questions that could have come, so that the draw can be repeated."))
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["talk", "item"],
                name="one_question_per_item",
                violation_error_message=_("The question of this item is drawn."),
            )
        ]

    def __str__(self) -> str:
        return f"drawn question {self.pk}"
