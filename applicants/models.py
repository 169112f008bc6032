"""The nouns of admissions: the round, the application, who the applicant is.

Identity is a model of its own that reviewers have no right to view. The nouns of the procedure, of judging, of
calibration, of appointments and of records stand in modules of their own, which this one brings in for Django.
"""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.choices import ApplicationState
from applicants.procedures import FormVersion, Stage
from whitebox.people.models import default_zone
from whitebox.people.zones import validate_zone


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
    is_routed = models.BooleanField(
        _("further readings go where they matter"),
        default=False,
        help_text=_("After the first readings, each further one goes to an application whose decision is open."),
    )
    most_reviews = models.PositiveSmallIntegerField(
        _("readings of one application at most"), default=6, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    places = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("How many are sought. Empty: the seats of the cohort.")
    )
    bar = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=Decimal("3.00"),
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("The level that the criterion which counts first has to reach."),
    )
    fills_itself = models.BooleanField(
        _("the waiting list moves by itself"),
        default=False,
        help_text=_("When a place comes free, the next offer goes out at once. Otherwise it is proposed to you."),
    )
    keep_months = models.PositiveSmallIntegerField(
        _("months to keep applications that led to no place"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Then who applied and what they wrote is erased; the decision stays without the person."),
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
            models.CheckConstraint(
                name="readings_have_a_limit",
                condition=Q(most_reviews__gte=1, most_reviews__lte=20),
                violation_error_message=_("An application is read 1 to 20 times at most."),
            ),
            models.CheckConstraint(
                name="bar_is_a_level",
                condition=Q(bar__gte=1, bar__lte=5),
                violation_error_message=_("The bar lies between 1 and 5."),
            ),
            models.CheckConstraint(
                name="kept_a_month_or_more",
                condition=Q(keep_months__gte=1, keep_months__lte=120),
                violation_error_message=_("Applications are kept for 1 to 120 months."),
            ),
        ]
        indexes = [models.Index(fields=["closes_at", "opens_at"], name="rounds_by_time")]

    def __str__(self) -> str:
        return self.title


class StageWindow(models.Model):
    """When the reviewers of a round may read at a stage. Without a window a stage is always open."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="windows")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round", "stage__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "stage"],
                name="one_window_per_stage",
                violation_error_message=_("This stage has its dates already."),
            ),
            models.CheckConstraint(
                name="window_closes_after_it_opens",
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("A stage closes after it opens."),
            ),
        ]

    def __str__(self) -> str:
        return f"window {self.pk}"


class FormDraft(models.Model):
    """Another wording of a round's form while somebody works on it: right at every step, in use once it is applied."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="form_draft")
    files = models.JSONField(help_text=_("What each file of a pack says, by its name."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"draft of the form of round {self.round_id}"


class ApplicationImport(models.Model):
    """One file of another form tool that was taken over into a round. Append-only."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="imports")
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file."))
    mapping = models.JSONField(help_text=_("Which column became what."))
    rows = models.PositiveIntegerField()
    made = models.PositiveIntegerField()
    problems = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"import {self.pk}"


def import_name(kept: "ImportFile", _filename: str) -> str:
    return f"imports/{uuid.uuid4().hex}.csv"


class ImportFile(models.Model):
    """A file that an organizer uploaded to take over, until it is taken or a day has passed."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="import_files")
    file = models.FileField(upload_to=import_name)
    filename = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"import file {self.pk}"


class Application(models.Model):
    """One application, known by its public code. Who sent it stands in Identity and nowhere else."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="applications")
    # A draft follows the round's form; what is submitted keeps the form it answered.
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="applications")
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
    imported = models.ForeignKey(
        ApplicationImport, models.PROTECT, null=True, editable=False, related_name="applications"
    )
    import_key = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("A hash of the row's id in the other tool.")
    )
    erased_at = models.DateTimeField(null=True, editable=False, help_text=_("Who it was and what it said is gone."))

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
            models.UniqueConstraint(
                fields=["round", "import_key"],
                condition=~Q(import_key=""),
                name="row_imported_once",
                violation_error_message=_("This row of another tool was taken over already."),
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
    relations = models.TextField(
        _("people of ours you know"),
        max_length=1000,
        blank=True,
        help_text=_("Referees, teachers, friends: names or addresses, one on each line."),
    )

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


# Django looks for models in this module only, and the nouns of the other ones need these.
from applicants import appointments as appointments  # noqa: E402, PLC0414
from applicants import calibrations as calibrations  # noqa: E402, PLC0414
from applicants import judgements as judgements  # noqa: E402, PLC0414
from applicants import records as records  # noqa: E402, PLC0414
