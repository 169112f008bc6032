"""The nouns of the work test and the interview."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.choices import BookingState, WorkPart
from applicants.judgements import ConflictOfInterest, Reviewer
from applicants.models import Application, Round, Upload
from applicants.procedures import Stage
from whitebox.people.models import User, default_zone
from whitebox.people.zones import validate_zone


class WorkTest(models.Model):
    """A task for one applicant, with a window that begins at a set moment, or earlier when the task is opened."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="work_tests")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    starts_at = models.DateTimeField(default=timezone.now, help_text=_("When the window opens by itself."))
    starts_when_opened = models.BooleanField(
        default=False, help_text=_("The applicant may open the task before, and then the window begins.")
    )
    opened_at = models.DateTimeField(null=True, editable=False, help_text=_("When the applicant opened the task."))
    due_at = models.DateTimeField(help_text=_("As it is now: opening the task earlier moves it."))

    class Meta:
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "stage"],
                name="one_work_test_per_stage",
                violation_error_message=_("This applicant has this work test already."),
            ),
            models.CheckConstraint(
                name="work_test_due_after_it_is_sent",
                condition=Q(due_at__gt=F("sent_at")),
                violation_error_message=_("A work test is due after it is sent."),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="work_tests_by_end")]

    def __str__(self) -> str:
        return f"work test {self.pk}"


class HandIn(models.Model):
    """What an applicant handed in for a work test, as it was. Append-only; what came late is kept and says so."""

    work_test = models.ForeignKey(WorkTest, models.CASCADE, related_name="hand_ins")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=40_000, blank=True)
    link = models.URLField(max_length=500, blank=True)
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    # The client's token: a page that is sent twice makes one.
    key = models.UUIDField()
    is_late = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["work_test", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_test", "number"],
                name="hand_in_number_once",
                violation_error_message=_("You handed in from another page at the same moment. Reload the page."),
            ),
            models.UniqueConstraint(
                fields=["work_test", "key"],
                name="hand_in_key_once",
                violation_error_message=_("This was handed in already."),
            ),
        ]

    def __str__(self) -> str:
        return f"hand-in {self.number} of work test {self.work_test_id}"


class WorkRedaction(models.Model):
    """A part of handed-in work as reviewers read it. The original is kept; a part's last one counts. Append-only."""

    hand_in = models.ForeignKey(HandIn, models.CASCADE, related_name="redactions")
    part = models.CharField(max_length=8, choices=WorkPart)
    text = models.TextField(max_length=40_000, blank=True, help_text=_("Empty for a file that reviewers do not get."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["hand_in", "part", "pk"]
        constraints = [
            models.CheckConstraint(
                name="work_redaction_of_a_part",
                condition=Q(part__in=WorkPart.values),
                violation_error_message=_("Work has a text, a link and a file."),
            )
        ]

    def __str__(self) -> str:
        return f"work redaction {self.pk}"

    @property
    def question(self) -> str:
        return self.part

    @property
    def original(self) -> str:
        """What stood there when it was redacted."""
        return (
            str(self.hand_in.upload_id or "") if self.part == WorkPart.FILE else str(getattr(self.hand_in, self.part))
        )


class InterviewSlot(models.Model):
    """A time at which an interviewer can meet an applicant."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="slots")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    interviewer = models.ForeignKey(Reviewer, models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    zone = models.CharField(max_length=64, default=default_zone, validators=[validate_zone])
    place = models.CharField(max_length=500, help_text=_("A room, or the address of a call."))
    cancelled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["interviewer", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="one_slot_at_a_time",
                violation_error_message=_("You offer this time already."),
            ),
            models.CheckConstraint(
                name="slot_has_minutes",
                condition=Q(minutes__gte=5, minutes__lte=480),
                violation_error_message=_("An interview lasts 5 minutes to 8 hours."),
            ),
        ]
        indexes = [models.Index(fields=["round", "stage", "starts_at"], name="slots_of_round")]

    def __str__(self) -> str:
        return f"slot {self.pk}"


class BookingQuerySet(models.QuerySet["Booking"]):
    def not_barred(self, user: User) -> Self:
        """Bookings of applicants with whom `user` has no conflict of interest."""
        barred = ConflictOfInterest.objects.filter(
            application=models.OuterRef("application"), reviewer__membership__user=user
        )
        return self.filter(~models.Exists(barred))


class Booking(models.Model):
    """An applicant's interview. A slot that was given back can be booked again."""

    slot = models.ForeignKey(InterviewSlot, models.PROTECT, related_name="bookings")
    application = models.ForeignKey(Application, models.CASCADE, related_name="bookings")
    state = models.CharField(max_length=12, choices=BookingState, default=BookingState.BOOKED)
    reason = models.CharField(max_length=300, blank=True)
    is_own_choice = models.BooleanField(
        default=False, help_text=_("The applicant gave it back, which they may do a few times.")
    )
    at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["slot__starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot"],
                condition=~Q(state=BookingState.CANCELLED),
                name="slot_taken_once",
                violation_error_message=_("Somebody else has just taken this time. Choose another one."),
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state=BookingState.BOOKED),
                name="one_interview_ahead",
                violation_error_message=_("You have an interview booked already."),
            ),
            models.CheckConstraint(
                name="booking_ended_means_dated",
                condition=Q(state=BookingState.BOOKED, ended_at__isnull=True)
                | (~Q(state=BookingState.BOOKED) & Q(ended_at__isnull=False)),
                violation_error_message=_("A booking that is over has its moment."),
            ),
        ]

    def __str__(self) -> str:
        return f"booking {self.pk}"
