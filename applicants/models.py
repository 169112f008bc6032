"""The nouns of admissions: the round and its form, the application, who the applicant is.

Identity is a model of its own that reviewers have no right to view. The nouns of judging and deciding stand in
`judgements.py`, which this module brings in so that Django finds them.
"""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.choices import ApplicationState, OthersVisible
from whitebox.people.models import default_zone
from whitebox.people.zones import validate_zone


class FormVersion(models.Model):
    """What a round asks and how it judges, as one pack version says it. Never changed: another wording is another."""

    version = models.OneToOneField("packs.PackVersion", models.PROTECT, related_name="application_form")
    questionnaire = models.JSONField(help_text=_("Sections and questions, as application/form.yml says."))

    def __str__(self) -> str:
        return f"form of pack version {self.version_id}"


class Stage(models.Model):
    """One step of the way to a decision. An application is in one at a time."""

    form = models.ForeignKey(FormVersion, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    applicant_title = models.CharField(max_length=120, help_text=_("What the applicant reads."))
    is_blind = models.BooleanField(_("identity is hidden"), default=True)
    reviews = models.PositiveSmallIntegerField(_("reviews wanted"), default=2)
    others_visible = models.CharField(max_length=12, choices=OthersVisible, default=OthersVisible.AFTER_OWN)

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


class Rubric(models.Model):
    """How the applications of a form are judged."""

    form = models.OneToOneField(FormVersion, models.CASCADE, related_name="rubric")

    def __str__(self) -> str:
        return f"rubric of {self.form_id}"


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


class RoundQuerySet(models.QuerySet["Round"]):
    def open(self, at: datetime) -> Self:
        """Rounds that can be applied to at `at`, the one that closes first on top."""
        return self.filter(opens_at__lte=at, closes_at__gt=at).order_by("closes_at", "pk")


class Round(models.Model):
    cohort = models.ForeignKey("people.Cohort", models.PROTECT, related_name="rounds")
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="rounds")
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    zone = models.CharField(max_length=64, default=default_zone, validators=[validate_zone])
    grace_minutes = models.PositiveSmallIntegerField(
        default=60,
        help_text=_("For people who had the form open when it closed."),
        validators=[MaxValueValidator(1440)],
    )
    answer_by = models.DateTimeField(
        _("we answer by"), null=True, blank=True, help_text=_("Applicants read this on their status page.")
    )
    offer_days = models.PositiveSmallIntegerField(
        _("days to answer an offer"), default=7, validators=[MaxValueValidator(60)]
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="round_closes_after_it_opens",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("A round closes after it opens."),
            ),
            models.CheckConstraint(
                name="grace_within_a_day",
                condition=Q(grace_minutes__lte=1440),
                violation_error_message=_("The grace period lasts a day at most."),
            ),
            models.CheckConstraint(
                name="offer_lasts_a_day_or_more",
                condition=Q(offer_days__gte=1, offer_days__lte=60),
                violation_error_message=_("An offer stands for 1 to 60 days."),
            ),
        ]
        indexes = [models.Index(fields=["closes_at", "opens_at"], name="rounds_by_time")]

    def __str__(self) -> str:
        return self.title


class Application(models.Model):
    """One application, known by its public code. Who sent it stands in Identity and nowhere else."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="applications")
    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=12, choices=ApplicationState, default=ApplicationState.DRAFT)
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="applications")
    source = models.SlugField(max_length=60, blank=True, help_text=_("The ?via= of the link that led here."))
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    form_opened_at = models.DateTimeField(null=True, editable=False, help_text=_("Last seen on the form."))
    submitted_at = models.DateTimeField(null=True, editable=False)
    token_nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    membership = models.OneToOneField(
        "people.Membership", models.PROTECT, null=True, blank=True, editable=False, related_name="application"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="submitted_means_dated",
                condition=Q(state=ApplicationState.DRAFT, submitted_at__isnull=True, stage__isnull=True)
                | Q(state=ApplicationState.WITHDRAWN)
                | Q(
                    state__in=[ApplicationState.SUBMITTED, ApplicationState.ENROLLED],
                    submitted_at__isnull=False,
                    stage__isnull=False,
                ),
                violation_error_message=_("A submitted application has its moment and its stage; a draft has neither."),
            ),
            models.CheckConstraint(
                name="enrolled_means_membership",
                condition=Q(state=ApplicationState.ENROLLED, membership__isnull=False)
                | (~Q(state=ApplicationState.ENROLLED) & Q(membership__isnull=True)),
                violation_error_message=_("An enrolled applicant has a membership."),
            ),
        ]
        indexes = [
            models.Index(fields=["round", "state", "stage"], name="applications_of_round"),
            models.Index(fields=["round", "source"], name="applications_by_source"),
        ]

    def __str__(self) -> str:
        return self.code


class Identity(models.Model):
    """Who an applicant is. Nothing that a reviewer reaches may read this."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="identity")
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), max_length=254)
    email_key = models.CharField(max_length=254, editable=False, help_text=_("The address as duplicates are found."))
    school = models.CharField(_("school or employer"), max_length=200, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, default=default_zone, validators=[validate_zone])
    links = models.TextField(_("links"), max_length=1000, blank=True)

    class Meta:
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "email_key"],
                name="one_application_per_address",
                violation_error_message=_("This round has an application from this address already."),
            )
        ]

    def __str__(self) -> str:
        return f"identity {self.pk}"


class Draft(models.Model):
    """The answers as they were last saved. Readers never see it: submitting makes a Revision of it."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="draft")
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Revision(models.Model):
    """The answers as they were submitted. Never changed: another submission is another revision."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    # The client's token: a page that is sent twice makes one revision.
    key = models.UUIDField()
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["application", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"],
                name="revision_number_once",
                violation_error_message=_("Somebody submitted this application at the same moment. Reload the page."),
            ),
            models.UniqueConstraint(
                fields=["application", "key"],
                name="revision_key_once",
                violation_error_message=_("This was submitted already."),
            ),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of application {self.application_id}"


def upload_name(upload: "Upload", _filename: str) -> str:
    """Return a random storage name: neither the person's file name nor the application can be read from it."""
    return f"applications/{uuid.uuid4().hex}.pdf"


class Upload(models.Model):
    """A file of an application. Its own name may show who sent it, so only organizers read it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="uploads")
    question = models.SlugField(max_length=60)
    file = models.FileField(upload_to=upload_name)
    filename = models.CharField(max_length=200)
    size = models.PositiveIntegerField(help_text=_("bytes"))
    at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"upload {self.pk}"


class StageChange(models.Model):
    """One line of an application's history: where it went, when, by whom and why. Append-only."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="changes")
    left = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    entered = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=ApplicationState, help_text=_("The state it entered."))
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"change {self.pk} of application {self.application_id}"


from applicants import judgements as judgements  # noqa: E402, PLC0414  # Django looks for models here only, and its nouns need ours
