"""What a participant says of their own studies: a plan of dates, questions, and how sure they feel."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.choices import Moment
from curriculum.models import Module
from whitebox.people.models import Cohort, Membership

LEAST_SURE, MOST_SURE = 1, 5


class PaceTarget(models.Model):
    """The day by which a person means to master a module. The latest row counts. Append-only."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="pace_targets")
    module = models.ForeignKey(Module, models.PROTECT, related_name="pace_targets")
    on = models.DateField(help_text=_("The day, in the cohort's zone."))
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why an earlier plan was changed."))
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["membership", "module"], name="pace_of_person")]

    def __str__(self) -> str:
        return f"pace target {self.pk}"


class PaceRule(models.Model):
    """After how many idle days who hears of it, in one cohort. Without a row its programme says it."""

    cohort = models.OneToOneField(Cohort, models.CASCADE, related_name="pace_rule")
    nudge_after = models.PositiveSmallIntegerField(
        _("days until the participant gets a nudge"), default=3, validators=[MaxValueValidator(120)]
    )
    mentor_after = models.PositiveSmallIntegerField(
        _("days until the mentor is asked to get in touch"), default=7, validators=[MaxValueValidator(120)]
    )
    organizer_after = models.PositiveSmallIntegerField(
        _("days until the organizers are told"), default=14, validators=[MaxValueValidator(120)]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="idle_days_rise",
                condition=Q(nudge_after__gte=1)
                & Q(mentor_after__gte=models.F("nudge_after"))
                & Q(organizer_after__gte=models.F("mentor_after")),
                violation_error_message=_(
                    "First the participant, then the mentor, then the organizers: days must not fall."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"pace rule of cohort {self.cohort_id}"


class Question(models.Model):
    """What a participant asks their mentor about a module or one of its resources, and the answer."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="questions")
    module = models.ForeignKey(Module, models.PROTECT, related_name="questions")
    resource_slug = models.SlugField(max_length=60, blank=True)
    key = models.UUIDField(
        editable=False, help_text=_("Names one sending of the form, so that a double click asks once.")
    )
    text = models.TextField(max_length=2000)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answer = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "key"],
                name="asked_once",
                violation_error_message=_("This question has been asked already."),
            ),
            models.CheckConstraint(
                name="question_answered_means_dated",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message=_("An answer has the moment it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class Confidence(models.Model):
    """How sure a person felt about a topic, by their own word, at the start or at the end."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="confidences")
    moment = models.CharField(max_length=8, choices=Moment)
    topic = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(help_text=_("1, never heard of it, to 5, could teach it."))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = _("confidences")
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "moment", "topic"],
                name="one_confidence_a_topic",
                violation_error_message=_("You have rated this topic already."),
            ),
            models.CheckConstraint(
                name="confidence_from_1_to_5",
                condition=Q(level__gte=LEAST_SURE, level__lte=MOST_SURE),
                violation_error_message=_("Confidence lies between 1 and 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"confidence {self.pk}"
