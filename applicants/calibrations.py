"""The nouns of calibration: what was computed from the scores, when, from which scores and by which model."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.choices import Tier
from applicants.judgements import Reviewer
from applicants.models import Application, Round
from applicants.procedures import Stage

GREY_FROM, GREY_TO = 0.1, 0.9  # the chances between which a decision is open


class Calibration(models.Model):
    """One fit of a round's scores at a stage. Never changed; a later one replaces its figures in the summaries."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="calibrations")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    model = models.CharField(max_length=40, help_text=_("Which model, in which version."))
    versions = models.JSONField(default=dict, help_text=_("Of the libraries that computed it."))
    scores_hash = models.CharField(max_length=64, help_text=_("SHA-256 of the scores that went in."))
    edits = models.JSONField(default=list, help_text=_("The submitted reviews that went in, as they stood."))
    seed = models.BigIntegerField()
    draws = models.PositiveIntegerField()
    places = models.PositiveIntegerField(help_text=_("How many are sought."))
    bar = models.DecimalField(max_digits=3, decimal_places=2)
    reviews = models.PositiveIntegerField()
    applications = models.PositiveIntegerField(default=0, help_text=_("How many have a review that went in."))
    reviewers = models.PositiveIntegerField(default=0, help_text=_("How many have a review that went in."))
    open_decisions = models.PositiveIntegerField(default=0, help_text=_("Applications with a chance of 10 to 90 %."))
    left_out = models.PositiveIntegerField(default=0, help_text=_("Reviews with an abstention, which do not go in."))
    groups = models.PositiveIntegerField(default=1, help_text=_("Of reviewers that no application joins."))
    mean = models.FloatField()
    var_applicant = models.FloatField()
    var_reviewer = models.FloatField()
    var_residual = models.FloatField()
    reml = models.FloatField(null=True)
    reliability_raw = models.FloatField(null=True, help_text=_("Of the mean of the readings, as it stands."))
    reliability = models.FloatField(null=True, help_text=_("Of the adjusted score."))
    notes = models.JSONField(default=list, help_text=_("What must be said beside the figures."))
    criteria = models.JSONField(default=dict, help_text=_("Each criterion fitted apart, for display only."))
    flips = models.JSONField(default=list, help_text=_("Which decisions turn without one reviewer."))
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["round", "stage", "-at"], name="calibrations_of_round")]

    def __str__(self) -> str:
        return f"calibration {self.pk}"


class Severity(models.Model):
    """How much a reviewer's scores lie above (+) or below (-) the others', in levels, with its standard error."""

    calibration = models.ForeignKey(Calibration, models.CASCADE, related_name="severities")
    reviewer = models.ForeignKey(Reviewer, models.PROTECT, related_name="+")
    reviews = models.PositiveIntegerField()
    effect = models.FloatField()
    se = models.FloatField()
    drift = models.FloatField(null=True, help_text=_("Levels per ten readings, in the reviewer's own order."))
    drift_se = models.FloatField(null=True)

    class Meta:
        verbose_name_plural = _("severities")
        ordering = ["calibration", "effect", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["calibration", "reviewer"],
                name="severity_once_per_calibration",
                violation_error_message=_("This reviewer stands in this calibration already."),
            )
        ]

    def __str__(self) -> str:
        return f"severity {self.pk}"


class Summary(models.Model):
    """What is known of an application at a stage, one row so that lists sort on indexed columns.

    The raw figures follow each review in its own transaction; the adjusted ones follow the next calibration.
    They are stale while `scores_hash` differs from `fitted_hash`.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="summaries")
    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    reviews = models.PositiveSmallIntegerField(default=0)
    mean = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    sd = models.FloatField(null=True)
    spread = models.DecimalField(
        max_digits=4, decimal_places=3, default=Decimal(0), help_text=_("Of one criterion, at most, in levels.")
    )
    scores_hash = models.CharField(max_length=64, blank=True, help_text=_("Of the reviews that count now."))
    calibration = models.ForeignKey(Calibration, models.SET_NULL, null=True, related_name="summaries")
    fitted_hash = models.CharField(max_length=64, blank=True, help_text=_("Of the reviews that the fit had."))
    adjusted = models.FloatField(null=True)
    se = models.FloatField(null=True)
    p_top = models.FloatField(null=True)
    p_bar = models.FloatField(null=True)
    tier = models.CharField(max_length=1, choices=Tier, blank=True)
    expected_rank = models.FloatField(null=True)
    as_of = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = _("summaries")
        ordering = ["application", "stage"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "stage"],
                name="one_summary_per_stage",
                violation_error_message=_("This application has its summary of this stage already."),
            ),
            models.CheckConstraint(
                name="p_top_is_a_probability",
                condition=Q(p_top__isnull=True) | Q(p_top__gte=0, p_top__lte=1),
                violation_error_message=_("A probability lies between 0 and 1."),
            ),
        ]
        indexes = [
            models.Index(fields=["round", "stage", "-adjusted", "application"], name="summaries_by_adjusted"),
            models.Index(fields=["round", "stage", "tier", "-adjusted", "application"], name="summaries_by_tier"),
            models.Index(fields=["round", "stage", "-p_top", "application"], name="summaries_by_p_top"),
            models.Index(fields=["round", "stage", "-mean", "application"], name="summaries_by_mean"),
            models.Index(fields=["round", "stage", "-spread", "application"], name="summaries_by_spread"),
            models.Index(fields=["round", "stage", "reviews", "application"], name="summaries_by_reviews"),
        ]

    def __str__(self) -> str:
        return f"summary {self.pk}"

    @property
    def is_stale(self) -> bool:
        return self.scores_hash != self.fitted_hash

    @property
    def percent(self) -> str:
        return percent(self.p_top)


def percent(chance: float | None) -> str:
    """Return a chance in whole per cent; what is not quite impossible or certain is not shown as if it were."""
    if chance is None:
        return ""
    return "<1" if 0 < chance < 0.005 else ">99" if 0.995 <= chance < 1 else f"{chance:.0%}".removesuffix("%")
