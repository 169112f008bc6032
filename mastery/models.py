"""The nouns of mastery: checks, attempts and the ledger of grades.

A check is an identity; what it asks belongs to a pack version and never changes. Grades are appended, never
updated: what somebody has mastered can be worked out again from them at any time.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum.models import Corrective, Module, Objective
from mastery.choices import WAITING, AttemptState, CheckKind, ErrorKind, JobState, OverrideKind
from mastery.literals import Literal
from whitebox import trace
from whitebox.people.models import Cohort, Membership


class Check(models.Model):
    module = models.ForeignKey(Module, models.PROTECT, related_name="checks")
    slug = models.SlugField(max_length=60)
    kind = models.CharField(max_length=12, choices=CheckKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["module", "slug"],
                name="check_slug_once",
                violation_error_message=_("This module has a check with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.slug


class CheckVersionQuerySet(models.QuerySet["CheckVersion"]):
    def followed_by(self, cohort: Cohort) -> Self:
        """The checks of the pack version that a cohort follows, without their questions."""
        return self.filter(version__adoptions__cohort=cohort).without_questions()

    def without_questions(self) -> Self:
        """Leave out what only a form shows: a specification can be 100 KB."""
        loaded = self.select_related("for_check__module", "version").defer("specification")
        return loaded.order_by("for_check__kind", "pk")


class CheckVersion(models.Model):
    """What a check asks in one pack version. Never changed; attempts point here."""

    for_check = models.ForeignKey(Check, models.PROTECT, related_name="versions")
    version = models.ForeignKey("packs.PackVersion", models.CASCADE, related_name="checks")
    written_slug = models.SlugField(
        max_length=60, blank=True, help_text=_("Its slug in this version's files, where it was renamed.")
    )
    digest = models.CharField(max_length=64, help_text=_("SHA-256 over the specification."))
    title = models.CharField(max_length=120)
    minutes = models.PositiveSmallIntegerField()
    threshold_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    time_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Minutes on a clock that runs from the start; without one none does.")
    )
    is_paged = models.BooleanField(default=False, help_text=_("One item a page."))
    forms = models.JSONField(default=list, help_text=_("The names of the parallel forms, in order."))
    generated = models.JSONField(
        default=list, blank=True, help_text=_("The forms whose every item has other numbers in each attempt.")
    )
    specification = models.JSONField(help_text=_("Every question of every form, with all that a grader needs."))

    objects = CheckVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["for_check", "version"],
                name="check_once_per_version",
                violation_error_message=_("This version has this check already."),
            ),
            models.CheckConstraint(
                name="check_threshold_is_a_percentage",
                condition=Q(threshold_percent__isnull=True) | Q(threshold_percent__gte=1, threshold_percent__lte=100),
                violation_error_message=_("The threshold lies between 1 and 100 percent."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


# As the index `attempts_waiting` says it, in its order: without it, every attempt there ever was is looked at.
WAITS = Q(state__in=[Literal(state) for state in ("submitted", "grading", "needs_mark", "needs_talk")])


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def with_check(self) -> Self:
        return self.select_related("check_version__for_check__module", "membership__cohort", "membership__user")

    def awaiting_grade(self) -> Self:
        return self.filter(state__in=[AttemptState.SUBMITTED, AttemptState.GRADING])

    def markable(self) -> Self:
        """Attempts that wait for a person: written answers, or code while no machine can grade it."""
        paused = GradingJob.objects.paused().filter(attempt=OuterRef("pk"))
        by_people = Q(state=AttemptState.NEEDS_MARK) | Q(Exists(paused), state=AttemptState.SUBMITTED)
        return self.filter(WAITS, by_people)


class Attempt(models.Model):
    """One person's work on one form of a check. Nothing of it is ever deleted."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="attempts")
    for_check = models.ForeignKey(Check, models.PROTECT, related_name="attempts")
    check_version = models.ForeignKey(CheckVersion, models.PROTECT, related_name="attempts")
    form = models.CharField(max_length=8)
    number = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField(help_text=_("Chooses the hidden tests of this attempt. A secret."))
    threshold_percent = models.PositiveSmallIntegerField(help_text=_("As it was when the cohort started."))
    state = models.CharField(max_length=12, choices=AttemptState, default=AttemptState.OPEN)
    client_token = models.CharField(max_length=64, help_text=_("Made by the page that started it."))
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    saved_at = models.DateTimeField(null=True, blank=True, editable=False)
    closes_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When its time is over, where the check has a time limit.")
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    graded_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_taken_at_due_time = models.BooleanField(
        default=False, editable=False, help_text=_("The last saved draft was accepted when the time ran out.")
    )

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["membership", "for_check", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "for_check", "number"],
                name="attempt_number_once",
                violation_error_message=_("This attempt is there already."),
            ),
            models.UniqueConstraint(
                fields=["membership", "for_check"],
                condition=Q(state=AttemptState.OPEN),
                name="one_open_attempt",
                violation_error_message=_("You have an attempt at this check in progress."),
            ),
            models.UniqueConstraint(
                fields=["membership", "client_token"],
                name="a_double_click_starts_once",
                violation_error_message=_("This attempt is there already."),
            ),
            models.CheckConstraint(
                name="waiting_means_submitted",
                condition=Q(submitted_at__isnull=False) | ~Q(state__in=[*WAITING, AttemptState.GRADED]),
                violation_error_message=_("Work that waits for a grade was submitted."),
            ),
            models.CheckConstraint(
                name="graded_means_dated",
                condition=Q(state=AttemptState.GRADED, graded_at__isnull=False)
                | (~Q(state=AttemptState.GRADED) & Q(graded_at__isnull=True)),
                violation_error_message=_("Graded work has the moment it was graded."),
            ),
        ]
        indexes = [
            models.Index(fields=["closes_at"], name="attempts_on_a_clock", condition=Q(state="open")),
            models.Index(
                fields=["submitted_at"],
                name="attempts_waiting",
                condition=Q(state__in=["submitted", "grading", "needs_mark", "needs_talk"]),
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class Answer(models.Model):
    """The draft of one answer while the attempt is open; what was submitted afterwards."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    item = models.SlugField(max_length=60)
    value = models.JSONField(help_text=_("Text, or a list of texts."))
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "item"],
                name="one_answer_per_item",
                violation_error_message=_("This item has an answer."),
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class GradingJobQuerySet(models.QuerySet["GradingJob"]):
    def live(self) -> Self:
        return self.filter(state__in=[JobState.QUEUED, JobState.LEASED])

    def paused(self) -> Self:
        """Jobs that no machine here can do now."""
        return self.filter(state=JobState.QUEUED, error_kind=ErrorKind.NO_SANDBOX)

    def expired(self, at: datetime) -> Self:
        return self.filter(state=JobState.LEASED, lease_until__lte=at)


class GradingJob(models.Model):
    """The code of one attempt on its way through the sandbox. This row is the queue; a message is only a hint."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="jobs")
    check_version = models.ForeignKey(CheckVersion, models.PROTECT, related_name="+")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=JobState, default=JobState.QUEUED)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    priority = models.SmallIntegerField(default=0, help_text=_("Smaller goes first."))
    error_kind = models.CharField(max_length=16, choices=ErrorKind, default=ErrorKind.NONE, blank=True)
    error = models.CharField(max_length=500, blank=True, help_text=_("For staff only."))
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    trace = models.CharField(max_length=32, blank=True, default=trace.current, editable=False)

    objects = GradingJobQuerySet.as_manager()

    class Meta:
        ordering = ["priority", "queued_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "check_version"],
                condition=Q(state__in=[JobState.QUEUED, JobState.LEASED]),
                name="one_live_job_per_attempt",
                violation_error_message=_("This attempt is being graded."),
            ),
            models.UniqueConstraint(
                fields=["learner"],
                condition=Q(state=JobState.LEASED),
                name="one_running_job_per_learner",
                violation_error_message=_("Other code of this person is being graded."),
            ),
            models.CheckConstraint(
                name="leased_means_held",
                condition=Q(state=JobState.LEASED, lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state=JobState.LEASED) & Q(lease_token__isnull=True, lease_until__isnull=True)),
                violation_error_message=_("A job that is being done is leased to a worker."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "queued_at"],
                name="grading_jobs_live",
                condition=Q(state__in=["queued", "leased"]),
            )
        ]

    def __str__(self) -> str:
        return f"grading job {self.pk}"


class GradeEvent(models.Model):
    """One entry of the ledger: who or what gave how many points for one item. Append-only."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="events")
    check_version = models.ForeignKey(CheckVersion, models.PROTECT, related_name="+")
    item = models.SlugField(max_length=60)
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="grade_events")
    points = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    job = models.ForeignKey(GradingJob, models.PROTECT, null=True, blank=True, related_name="events")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="grade_events")
    regrade = models.ForeignKey(
        "mastery.Regrade", models.PROTECT, null=True, blank=True, related_name="events", help_text=_("Whose it is.")
    )
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    reason = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict, help_text=_("What the learner may see: test results, level, comment."))
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "item"],
                condition=Q(supersedes__isnull=True),
                name="first_grade_once",
                violation_error_message=_("This answer is graded. Correct the grade instead."),
            ),
            models.CheckConstraint(
                name="points_within_total",
                condition=Q(points__lte=models.F("total")),
                violation_error_message=_("A grade cannot exceed the item's points."),
            ),
            models.CheckConstraint(
                name="a_correction_gives_its_reason",
                condition=Q(supersedes__isnull=True) | ~Q(reason=""),
                violation_error_message=_("Give a reason: it is kept with the record."),
            ),
        ]

    def __str__(self) -> str:
        return f"grade event {self.pk}"


class CorrectiveAssignment(models.Model):
    """Another way to an objective, to be gone before the next form opens."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="assignments")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="assignments")
    corrective = models.ForeignKey(Corrective, models.PROTECT, related_name="assignments")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "objective"],
                name="one_corrective_per_objective",
                violation_error_message=_("This attempt has a corrective for this objective."),
            )
        ]

    def __str__(self) -> str:
        return f"corrective assignment {self.pk}"


class Override(models.Model):
    """An exception that a mentor or organizer made to a gate, with the reason. Append-only."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="overrides")
    kind = models.CharField(max_length=12, choices=OverrideKind)
    for_check = models.ForeignKey(Check, models.PROTECT, null=True, blank=True, related_name="overrides")
    module = models.ForeignKey(Module, models.PROTECT, null=True, blank=True, related_name="overrides")
    after_attempt = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("The number of the attempt that the exception follows.")
    )
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="override_names_its_gate",
                condition=Q(kind=OverrideKind.MODULE, module__isnull=False, for_check__isnull=True)
                | (
                    ~Q(kind=OverrideKind.MODULE)
                    & Q(module__isnull=True, for_check__isnull=False, after_attempt__isnull=False)
                ),
                violation_error_message=_("Name the check or the module that the exception is for."),
            ),
            models.CheckConstraint(
                name="override_gives_its_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Give a reason: it is kept with the record."),
            ),
        ]

    def __str__(self) -> str:
        return f"override {self.pk}"


class ObjectiveMastery(models.Model):
    """That a person has mastered an objective, and by which attempt first. Worked out from the ledger, never edited."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="mastered")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="mastered_by")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("objective masteries")
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "objective"],
                name="mastered_once",
                violation_error_message=_("This objective is mastered already."),
            )
        ]

    def __str__(self) -> str:
        return f"mastery {self.pk}"


# Django looks for models in this module only, and the nouns of the other ones need these.
from mastery import allowances as allowances  # noqa: E402, PLC0414
from mastery import cards as cards  # noqa: E402, PLC0414
from mastery import judgements as judgements  # noqa: E402, PLC0414
from mastery import regrades as regrades  # noqa: E402, PLC0414
from mastery import reports as reports  # noqa: E402, PLC0414
from mastery import talks as talks  # noqa: E402, PLC0414
