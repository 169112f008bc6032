"""The nouns of the marking desk: drafts of marks, reusable comments, conflicts, second marks, disputes.

None of them is a grade. Grades are in the ledger only; what is decided here arrives there as a correction.
"""

import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.models import Corrective
from mastery.choices import TO_DECIDE, UNDECIDED, DisputeState, EntryKind, SecondMarkState
from mastery.models import Attempt, GradeEvent
from whitebox.people.models import Cohort

DEFAULT_PERCENT = 20  # of a cohort's marks are given twice, unless it says another share
LONGEST_COMMENT = 4_000
LONGEST_PHRASE = 1_000
LONGEST_REASON = 300  # of the ledger


def new_seed() -> str:
    return secrets.token_hex(16)


class MarkDraft(models.Model):
    """A mark that somebody has begun. It goes when the mark is given."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="mark_drafts")
    item = models.SlugField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mark_drafts")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.TextField(max_length=LONGEST_COMMENT, blank=True)
    corrective = models.ForeignKey(Corrective, models.SET_NULL, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "item", "by"],
                name="one_draft_per_marker",
                violation_error_message=_("You have a draft of this mark."),
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} of a mark"


class ReusableComment(models.Model):
    """Words that a marker uses again: for themselves, or for everybody who marks in a cohort."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reusable_comments")
    cohort = models.ForeignKey(
        Cohort, models.CASCADE, null=True, blank=True, related_name="+", help_text=_("Empty: only its author sees it.")
    )
    text = models.TextField(max_length=LONGEST_PHRASE)
    uses = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-uses", "-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_reusable_comment_says_something",
                condition=~Q(text=""),
                violation_error_message=_("Write the comment first."),
            )
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class MarkingConflict(models.Model):
    """Why somebody must not mark a person's work. Never deleted; an organizer can lift it."""

    marker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="marking_conflicts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    lifted_at = models.DateTimeField(null=True, editable=False)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["marker", "person"],
                condition=Q(lifted_at__isnull=True),
                name="one_conflict_in_force",
                violation_error_message=_("This conflict is declared already."),
            ),
            models.CheckConstraint(
                name="a_conflict_is_with_somebody_else",
                condition=~Q(marker=models.F("person")),
                violation_error_message=_("Nobody marks their own work anyway."),
            ),
            models.CheckConstraint(
                name="lifted_means_by_somebody",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                violation_error_message=_("A conflict that was lifted names who lifted it."),
            ),
        ]

    def __str__(self) -> str:
        return f"marking conflict {self.pk}"


class SecondMarkShare(models.Model):
    """How many of a cohort's marks are given twice, from a moment on. The latest row counts. Append-only."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="second_mark_shares")
    percent = models.PositiveSmallIntegerField(default=DEFAULT_PERCENT, validators=[MaxValueValidator(100)])
    seed = models.CharField(
        max_length=32, default=new_seed, editable=False, help_text=_("Decides which marks are drawn. A secret.")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="second_marks_are_a_percentage",
                condition=Q(percent__lte=100),
                violation_error_message=_("The share lies between 0 and 100 percent."),
            )
        ]

    def __str__(self) -> str:
        return f"share {self.pk} of second marks"


class SecondMark(models.Model):
    """A second reading of an answer, blind to the first. It is no grade; settling a difference may lead to one."""

    first = models.OneToOneField(GradeEvent, models.PROTECT, related_name="second_mark")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="second_marks")
    item = models.SlugField(max_length=60)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="second_marks",
        help_text=_("Who gives it; nobody while nobody may."),
    )
    state = models.CharField(max_length=12, choices=SecondMarkState, default=SecondMarkState.WAITING)
    level = models.PositiveSmallIntegerField(null=True, editable=False)
    points = models.PositiveSmallIntegerField(null=True, editable=False)
    comment = models.TextField(max_length=LONGEST_COMMENT, blank=True)
    drawn_at = models.DateTimeField(default=timezone.now, editable=False)
    marked_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    settled_level = models.PositiveSmallIntegerField(null=True, editable=False)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    outcome = models.OneToOneField(GradeEvent, models.PROTECT, null=True, editable=False, related_name="settles")

    class Meta:
        ordering = ["drawn_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "item"],
                name="second_mark_once",
                violation_error_message=_("This answer has its second mark already."),
            ),
            models.CheckConstraint(
                name="second_mark_given_means_dated",
                condition=Q(state=SecondMarkState.WAITING, marked_at__isnull=True, level__isnull=True)
                | (
                    ~Q(state=SecondMarkState.WAITING)
                    & Q(marked_at__isnull=False, level__isnull=False, points__isnull=False, marker__isnull=False)
                ),
                violation_error_message=_("A second mark that was given has its level, its marker and its moment."),
            ),
            models.CheckConstraint(
                name="settled_gives_its_reason",
                condition=Q(state=SecondMarkState.SETTLED, settled_at__isnull=False, settled_by__isnull=False)
                & ~Q(reason="")
                | (~Q(state=SecondMarkState.SETTLED) & Q(settled_at__isnull=True, settled_by__isnull=True)),
                violation_error_message=_("Give a reason: it is kept with the record."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["marker", "drawn_at"],
                name="second_marks_waiting",
                condition=Q(state=SecondMarkState.WAITING),
            )
        ]

    def __str__(self) -> str:
        return f"second mark {self.pk}"


class Dispute(models.Model):
    """A learner's objection to one mark, with its clock. Opened once."""

    mark = models.OneToOneField(GradeEvent, models.PROTECT, related_name="dispute")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="disputes")
    item = models.SlugField(max_length=60)
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="disputes_to_answer")
    state = models.CharField(max_length=12, choices=DisputeState, default=DisputeState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(
        editable=False, help_text=_("Until when the marker answers, then the organizer decides.")
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    outcome = models.OneToOneField(GradeEvent, models.PROTECT, null=True, editable=False, related_name="decides")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "item"],
                name="disputed_once",
                violation_error_message=_("This mark was disputed already."),
            ),
            models.CheckConstraint(
                name="dispute_decided_means_dated",
                condition=Q(state__in=UNDECIDED, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state__in=UNDECIDED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                violation_error_message=_("A decided dispute has its moment and who decided it."),
            ),
            models.CheckConstraint(
                name="a_changed_mark_has_its_grade",
                condition=Q(state=DisputeState.CHANGED, outcome__isnull=False)
                | (~Q(state=DisputeState.CHANGED) & Q(outcome__isnull=True)),
                violation_error_message=_("A mark that was changed has its new grade."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="disputes_undecided", condition=Q(state__in=["open", "escalated", "answered"])
            )
        ]

    def __str__(self) -> str:
        return f"dispute {self.pk}"

    @property
    def is_decided(self) -> bool:
        return self.state not in UNDECIDED

    @property
    def waits_for_decision(self) -> bool:
        return self.state in TO_DECIDE


class DisputeEntry(models.Model):
    """One contribution to a dispute. Append-only; each side speaks once."""

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=12, choices=EntryKind)
    text = models.TextField(max_length=LONGEST_COMMENT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "kind"],
                name="each_side_speaks_once",
                violation_error_message=_("This was said already."),
            )
        ]

    def __str__(self) -> str:
        return f"entry {self.pk} of dispute {self.dispute_id}"
