"""The nouns of retention: a card for each mastered objective, what was answered, and the log of reviews.

Nothing here decides a gate. A card whose objective is not mastered (any longer) rests: pages and letters leave it out.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.models import Objective
from mastery.choices import Recall
from mastery.models import CheckVersion
from whitebox.people.models import Membership


class RetentionCard(models.Model):
    """How well somebody is expected to know an objective still. Worked out from the log of its reviews, never edited.

    It hangs on the membership as which the person's record began, so it goes on after a deferral.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="retention_cards")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="retention_cards")
    seed = models.BigIntegerField(editable=False, help_text=_("Chooses among items that were never seen. A secret."))
    stability = models.FloatField(help_text=_("Days until the chance to know it has fallen to nine in ten."))
    difficulty = models.FloatField()
    reviewed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    number = models.PositiveIntegerField(help_text=_("Of the next review; the log has as many before it."))
    lapsed_at = models.DateTimeField(null=True, help_text=_("Since when it asks for practice."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "objective"],
                name="one_card_per_objective",
                violation_error_message=_("This objective has a card already."),
            ),
            models.CheckConstraint(
                name="due_after_the_last_review",
                condition=Q(due_at__gt=models.F("reviewed_at")),
                violation_error_message=_("A card is due after its last review."),
            ),
        ]
        indexes = [models.Index(fields=["membership", "due_at"], name="cards_by_due_time")]

    def __str__(self) -> str:
        return f"card {self.pk}"

    @property
    def next_seed(self) -> int:
        """The seed by which the next review shuffles and fills what it asks: another one each time."""
        return self.seed + self.number


class ReviewAnswer(models.Model):
    """What somebody answered in a review, kept before they see what is right. Append-only."""

    card = models.ForeignKey(RetentionCard, models.CASCADE, related_name="answers")
    number = models.PositiveIntegerField()
    check_version = models.ForeignKey(CheckVersion, models.PROTECT, related_name="+")
    form = models.CharField(max_length=8)
    item = models.SlugField(max_length=60)
    seed = models.BigIntegerField(editable=False, help_text=_("Chose what the item looked like."))
    value = models.JSONField(help_text=_("Text, or a list of texts."))
    is_helped = models.BooleanField(default=False, help_text=_("They looked something up."))
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["card", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "number"],
                name="one_answer_per_review",
                violation_error_message=_("This review has its answer."),
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk} of a review"


class Review(models.Model):
    """One line of a card's log. The first is the mastery itself. Append-only."""

    card = models.ForeignKey(RetentionCard, models.CASCADE, related_name="reviews")
    number = models.PositiveIntegerField()
    rating = models.PositiveSmallIntegerField(choices=Recall)
    answer = models.OneToOneField(ReviewAnswer, models.PROTECT, null=True, related_name="review")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["card", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "number"],
                name="one_review_per_number",
                violation_error_message=_("This review is in the log already."),
            ),
            models.CheckConstraint(
                name="only_mastery_has_no_answer",
                condition=Q(number=0, answer__isnull=True) | Q(number__gt=0, answer__isnull=False),
                violation_error_message=_("A review has the answer that it judges."),
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"


class ReviewsOff(models.Model):
    """Somebody wants no reviews for now. The row goes when they switch them on again."""

    membership = models.OneToOneField(Membership, models.CASCADE, related_name="reviews_off")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = _("reviews off")

    def __str__(self) -> str:
        return f"reviews off {self.pk}"
