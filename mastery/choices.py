"""The closed lists of mastery."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CheckKind(models.TextChoices):
    PRE_SESSION = "pre-session", _("pre-session check")
    MASTERY = "mastery", _("mastery check")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("choose one")
    MULTIPLE = "multiple", _("choose all that apply")
    NUMERIC = "numeric", _("number")
    SHORT = "short", _("short answer")
    ORDERING = "ordering", _("put in order")
    CODE = "code", _("write a function")
    WRITTEN = "written", _("write an answer")


class AttemptState(models.TextChoices):
    OPEN = "open", _("in progress")
    SUBMITTED = "submitted", _("waiting to be graded")
    GRADING = "grading", _("being graded")
    NEEDS_MARK = "needs_mark", _("waiting for your mentor's mark")
    GRADED = "graded", _("graded")
    VOID = "void", _("does not count")


WAITING = (AttemptState.SUBMITTED, AttemptState.GRADING, AttemptState.NEEDS_MARK)


class JobState(models.TextChoices):
    QUEUED = "queued", _("queued")
    LEASED = "leased", _("being graded")
    DONE = "done", _("done")
    FAILED = "failed", _("ended by a broken exercise")
    DEAD = "dead", _("given up")
    WITHDRAWN = "withdrawn", _("marked by a person instead")


class ErrorKind(models.TextChoices):
    NONE = "", _("none")
    LEARNER = "learner", _("the learner's code")
    GRADER = "grader", _("the exercise")
    INFRASTRUCTURE = "infrastructure", _("the machine")
    NO_SANDBOX = "no_sandbox", _("no sandbox on the machine")


class OverrideKind(models.TextChoices):
    NEXT_FORM = "next-form", _("the next form without the corrective")
    SEEN_FORM = "seen-form", _("a form that was seen before")
    MODULE = "module", _("a module's checks")
