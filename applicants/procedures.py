"""The nouns of a round's procedure: what is asked, by which stages it goes, how it is judged."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.choices import OthersVisible, StageKind


class FormVersion(models.Model):
    """What a round asks and how it judges. Never changed: another wording is another version.

    Number 1 is what the pack says; organizers make the later ones from an earlier one.
    """

    version = models.ForeignKey("packs.PackVersion", models.PROTECT, related_name="application_forms")
    number = models.PositiveIntegerField(default=1, help_text=_("1 is the pack's own; later ones were made here."))
    revises = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="revised_by")
    questionnaire = models.JSONField(help_text=_("Sections and questions, as application/form.yml says."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"],
                name="form_number_once",
                violation_error_message=_("Somebody changed this form at the same moment. Reload the page."),
            )
        ]

    def __str__(self) -> str:
        return f"form {self.number} of pack version {self.version_id}"


class Rubric(models.Model):
    """How the applications of a form are judged at the stages that name it."""

    form = models.ForeignKey(FormVersion, models.CASCADE, related_name="rubrics")
    slug = models.SlugField(max_length=60, default="main")

    class Meta:
        ordering = ["form", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "slug"],
                name="rubric_slug_once",
                violation_error_message=_("This form has a rubric with this slug already."),
            )
        ]

    def __str__(self) -> str:
        return f"rubric {self.slug} of {self.form_id}"


class Stage(models.Model):
    """One step of the way to a decision. An application is in one at a time."""

    form = models.ForeignKey(FormVersion, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    kind = models.CharField(max_length=12, choices=StageKind, default=StageKind.READING)
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="stages")
    title = models.CharField(max_length=120)
    applicant_title = models.CharField(max_length=120, help_text=_("What the applicant reads."))
    is_blind = models.BooleanField(_("identity is hidden"), default=True)
    reviews = models.PositiveSmallIntegerField(_("reviews wanted"), default=2)
    others_visible = models.CharField(max_length=12, choices=OthersVisible, default=OthersVisible.AFTER_OWN)
    minutes = models.PositiveSmallIntegerField(
        default=30, help_text=_("How long an interview lasts, or the work test takes.")
    )
    hours = models.PositiveSmallIntegerField(
        default=72, help_text=_("How long each applicant's own window for the work test is open.")
    )
    task = models.TextField(blank=True, max_length=20_000, help_text=_("The work test, as Markdown."))
    prompts = models.JSONField(default=list, blank=True, help_text=_("The questions of a structured interview."))

    class Meta:
        ordering = ["form", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "slug"],
                name="stage_slug_once",
                violation_error_message=_("This form has a stage with this slug already."),
            ),
            models.UniqueConstraint(
                fields=["form", "position"],
                name="stage_position_once",
                violation_error_message=_("Two stages cannot stand at the same place."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    weight = models.PositiveSmallIntegerField(default=1)
    is_tier = models.BooleanField(default=False, help_text=_("A bar to pass first, before the total counts."))
    levels = models.JSONField(help_text=_("What each level from 1 to 5 looks like."))
    guidance = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = _("criteria")
        ordering = ["rubric", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "slug"],
                name="criterion_slug_once",
                violation_error_message=_("This rubric has a criterion with this slug already."),
            ),
            models.CheckConstraint(
                name="criterion_weighs_something",
                condition=Q(weight__gte=1),
                violation_error_message=_("A criterion weighs at least 1."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
