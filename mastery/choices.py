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
    ORAL = "oral", _("answer in a talk")


class AttemptState(models.TextChoices):
    OPEN = "open", _("in progress")
    SUBMITTED = "submitted", _("waiting to be graded")
    GRADING = "grading", _("being graded")
    NEEDS_MARK = "needs_mark", _("waiting for your mentor's mark")
    NEEDS_TALK = "needs_talk", _("waiting for a talk")
    GRADED = "graded", _("graded")
    VOID = "void", _("does not count")


WAITING = (AttemptState.SUBMITTED, AttemptState.GRADING, AttemptState.NEEDS_MARK, AttemptState.NEEDS_TALK)


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


class RegradeState(models.TextChoices):
    COMPARING = "comparing", _("being compared")
    COMPARED = "compared", _("waits for your decision")
    APPLYING = "applying", _("being applied")
    DONE = "done", _("applied")
    WITHDRAWN = "withdrawn", _("withdrawn, nothing was changed")


class RegradeJobState(models.TextChoices):
    WAITING = "waiting", _("not compared yet")
    COMPARED = "compared", _("changes")
    UNCHANGED = "unchanged", _("stays as it is")
    FAILED = "failed", _("could not be graded again")
    APPLIED = "applied", _("changed")
    KEPT = "kept", _("kept as it was")


class Direction(models.TextChoices):
    SAME = "same", _("the same")
    UP = "up", _("up")
    DOWN = "down", _("down")
    MIXED = "mixed", _("up and down")


class TalkState(models.TextChoices):
    BOOKED = "booked", _("booked")
    HELD = "held", _("held")
    NO_SHOW = "no-show", _("nobody came")
    CANCELLED = "cancelled", _("cancelled")


class Recall(models.IntegerChoices):
    """How a review went, as FSRS counts it. Its “easy” is never given: nobody is asked how it felt."""

    AGAIN = 1, _("not yet")
    HARD = 2, _("passed with help")
    GOOD = 3, _("passed")


class SecondMarkState(models.TextChoices):
    WAITING = "waiting", _("waits for the second mark")
    AGREES = "agrees", _("both give the same")
    DIFFERS = "differs", _("the two marks differ")
    SETTLED = "settled", _("settled")


class DisputeState(models.TextChoices):
    OPEN = "open", _("waits for the marker's answer")
    ESCALATED = "escalated", _("not answered in time; waits for an organizer")
    ANSWERED = "answered", _("answered; waits for an organizer")
    KEPT = "kept", _("decided: the mark stands")
    CHANGED = "changed", _("decided: the mark was changed")


UNDECIDED = (DisputeState.OPEN, DisputeState.ESCALATED, DisputeState.ANSWERED)
TO_DECIDE = (DisputeState.ESCALATED, DisputeState.ANSWERED)


class EntryKind(models.TextChoices):
    REASON = "reason", _("the learner's reason")
    ANSWER = "answer", _("the marker's answer")
    DECISION = "decision", _("the decision")
