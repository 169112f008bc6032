"""The nouns of judging and deciding: reviewers, assignments, reviews, conflicts, decisions, offers."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.choices import (
    AssignmentOrigin,
    AssignmentState,
    ConflictOrigin,
    DecisionCode,
    OfferState,
    ReviewState,
)
from applicants.models import Application, Revision, Round
from applicants.procedures import Criterion, Stage

LOWEST, HIGHEST = 1, 5


class Reviewer(models.Model):
    """The right of a membership, whatever its role, to review a round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="reviewers")
    membership = models.ForeignKey("people.Membership", models.PROTECT, related_name="reviewing")
    is_active = models.BooleanField(default=True)
    most = models.PositiveSmallIntegerField(
        _("readings at most"), null=True, blank=True, help_text=_("What they promised. Empty: a fair share.")
    )
    knows = models.TextField(
        _("people and schools they know"),
        max_length=4000,
        blank=True,
        help_text=_("Names, addresses, domains or schools, one on each line. They are kept from all that match."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "membership"],
                name="reviewer_once_per_round",
                violation_error_message=_("This person reviews this round already."),
            )
        ]

    def __str__(self) -> str:
        return f"reviewer {self.pk}"


class ConflictOfInterest(models.Model):
    """Why a reviewer must not judge an application."""

    reviewer = models.ForeignKey(Reviewer, models.CASCADE, related_name="conflicts")
    application = models.ForeignKey(Application, models.CASCADE, related_name="conflicts")
    origin = models.CharField(max_length=12, choices=ConflictOrigin)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = _("conflicts of interest")
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "application"],
                name="conflict_once",
                violation_error_message=_("This conflict is recorded already."),
            )
        ]

    def __str__(self) -> str:
        return f"conflict {self.pk}"


class ConflictWaiver(models.Model):
    """An organizer looked at a detected conflict and found none. Detection passes over the pair from then on."""

    reviewer = models.ForeignKey(Reviewer, models.CASCADE, related_name="waivers")
    application = models.ForeignKey(Application, models.CASCADE, related_name="waivers")
    reason = models.CharField(max_length=300, help_text=_("What had been detected."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "application"],
                name="conflict_waived_once",
                violation_error_message=_("This conflict is lifted already."),
            )
        ]

    def __str__(self) -> str:
        return f"waiver {self.pk}"


class AssignmentBatch(models.Model):
    """A proposal that was put on the reviewers' desks, so that it can be taken back as a whole."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="batches")
    seed = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    undeployed_at = models.DateTimeField(null=True, editable=False)
    undeployed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = _("assignment batches")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class Assignment(models.Model):
    """Who reads which application at which stage. Reviewers never choose."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="assignments")
    reviewer = models.ForeignKey(Reviewer, models.PROTECT, related_name="assignments")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=AssignmentState, default=AssignmentState.OPEN)
    origin = models.CharField(max_length=12, choices=AssignmentOrigin, default=AssignmentOrigin.PROPOSAL)
    batch = models.ForeignKey(AssignmentBatch, models.SET_NULL, null=True, related_name="assignments")
    position = models.PositiveIntegerField(default=0, help_text=_("Its place in the reviewer's own reading order."))
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["reviewer", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reviewer", "stage"],
                name="assigned_once_per_stage",
                violation_error_message=_("This reviewer has this application already."),
            )
        ]
        indexes = [models.Index(fields=["reviewer", "state", "position"], name="assignments_of_reviewer")]

    def __str__(self) -> str:
        return f"assignment {self.pk}"


class Review(models.Model):
    """A reviewer's judgement of the revision they read."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="review")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=12, choices=ReviewState, default=ReviewState.DRAFT)
    note = models.TextField(max_length=4000, blank=True)
    total = models.DecimalField(
        max_digits=4, decimal_places=3, null=True, editable=False, help_text=_("Weighted mean of the criteria scored.")
    )
    is_complete = models.BooleanField(default=False, editable=False, help_text=_("No criterion was abstained from."))
    submitted_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="review_submitted_means_dated",
                condition=Q(state=ReviewState.SUBMITTED, submitted_at__isnull=False)
                | Q(state=ReviewState.DRAFT, submitted_at__isnull=True),
                violation_error_message=_("A submitted review has its moment."),
            ),
            models.CheckConstraint(
                name="total_on_the_scale",
                condition=Q(total__isnull=True) | Q(total__gte=Decimal(LOWEST), total__lte=Decimal(HIGHEST)),
                violation_error_message=_("A total lies between 1 and 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"


class CriterionScore(models.Model):
    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Empty: the reviewer abstains."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"],
                name="criterion_scored_once",
                violation_error_message=_("This criterion is scored already."),
            ),
            models.CheckConstraint(
                name="score_is_a_level",
                condition=Q(score__isnull=True) | Q(score__gte=LOWEST, score__lte=HIGHEST),
                violation_error_message=_("A score is a level from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"score {self.pk}"


class ReviewEdit(models.Model):
    """A submitted review as it stood. Append-only: a later score never hides an earlier one."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="edits")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    scores = models.JSONField(help_text=_("Level, or null, by the criterion's slug."))
    total = models.DecimalField(max_digits=4, decimal_places=3, null=True, editable=False)
    note = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"edit {self.pk} of review {self.review_id}"


class Redaction(models.Model):
    """An answer as reviewers read it. The original is kept; the last redaction of an answer counts. Append-only."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="redactions")
    question = models.SlugField(max_length=60)
    text = models.TextField(max_length=40_000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["revision", "question", "pk"]

    def __str__(self) -> str:
        return f"redaction {self.pk}"

    @property
    def original(self) -> str:
        """What stood there when it was redacted."""
        return str(self.revision.answers.get(self.question) or "")


class Reconciliation(models.Model):
    """What was agreed on an application whose reviewers differed. Append-only."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="reconciliations")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["application", "pk"]

    def __str__(self) -> str:
        return f"reconciliation {self.pk}"


class Decision(models.Model):
    """What an organizer decided. Pending until released; a later decision supersedes it and keeps the row."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    code = models.CharField(max_length=32, choices=DecisionCode)
    reason = models.CharField(max_length=500, help_text=_("For the organizers' record; applicants never read it."))
    encouragement = models.TextField(
        blank=True, max_length=1000, help_text=_("What the readers pass on. The applicant reads this.")
    )
    waitlist_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    released_at = models.DateTimeField(null=True, editable=False)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True, editable=False)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="superseded_by")

    class Meta:
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(released_at__isnull=True, superseded_at__isnull=True),
                name="one_pending_decision",
                violation_error_message=_("This application has a pending decision already."),
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(released_at__isnull=False, superseded_at__isnull=True),
                name="one_decision_in_force",
                violation_error_message=_("This application has a released decision already."),
            ),
            models.CheckConstraint(
                name="only_the_waitlist_has_ranks",
                condition=Q(waitlist_rank__isnull=True) | Q(code=DecisionCode.WAITLIST),
                violation_error_message=_("Only people on the waiting list have a place in it."),
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk} ({self.code})"


class Offer(models.Model):
    """A place that is kept for an applicant until a moment."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="offers")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="offer")
    state = models.CharField(max_length=12, choices=OfferState, default=OfferState.OPEN)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state=OfferState.OPEN),
                name="one_open_offer_per_application",
                violation_error_message=_("This application has an open offer already."),
            ),
            models.CheckConstraint(
                name="answered_means_dated",
                condition=Q(state__in=[OfferState.ACCEPTED, OfferState.DECLINED], answered_at__isnull=False)
                | (~Q(state__in=[OfferState.ACCEPTED, OfferState.DECLINED]) & Q(answered_at__isnull=True)),
                violation_error_message=_("An answered offer has the moment of the answer."),
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="open_offers_by_end", condition=Q(state=OfferState.OPEN)),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"
