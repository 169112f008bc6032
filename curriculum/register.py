"""The nouns of attendance: who was at a session, and how that came to be known."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.choices import AttendanceState
from curriculum.models import Session
from whitebox.people.models import Membership


class Attendance(models.Model):
    """Whether a participant was at a session. Without a state there is no mark, or it was taken back."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendance")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="attendance")
    state = models.CharField(max_length=8, choices=AttendanceState, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    is_self = models.BooleanField(default=False, help_text=_("Checked in by themselves, with the code of the room."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "membership"],
                name="attended_once",
                violation_error_message=_("This person has a mark for this session."),
            )
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"


class AttendanceChange(models.Model):
    """One line of the history of a mark. Append-only; what was marked with one tap has one batch."""

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="changes")
    left = models.CharField(max_length=8, choices=AttendanceState, blank=True)
    entered = models.CharField(max_length=8, choices=AttendanceState, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    batch = models.UUIDField(editable=False, db_index=True)
    undoes = models.UUIDField(null=True, editable=False, help_text=_("The batch that this one takes back."))
    is_self = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"change {self.pk} of attendance {self.attendance_id}"


class WrongCode(models.Model):
    """A code that did not fit: too many of them in a short time are guesses."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="wrong_codes")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["membership", "at"], name="wrong_codes_lately")]

    def __str__(self) -> str:
        return f"wrong code {self.pk}"
