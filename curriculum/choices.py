"""The closed lists of the curriculum."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModuleStatus(models.TextChoices):
    COMPLETE = "complete", _("complete")
    OUTLINE = "outline", _("outline")


class ResourceKind(models.TextChoices):
    VIDEO = "video", _("video")
    DOCS = "docs", _("documentation")
    POST = "post", _("post")
    PAPER = "paper", _("paper")
    NOTEBOOK = "notebook", _("notebook")
    BOOK = "book", _("book")
    INTERACTIVE = "interactive", _("interactive page")
    CODE = "code", _("code")


class CorrectiveKind(models.TextChoices):
    WORKED_EXAMPLE = "worked-example", _("worked example")
    PICTURE = "picture", _("picture")
    EXERCISE = "exercise", _("smaller exercise")
    READING = "reading", _("reading")
    TALK = "talk", _("talk with your mentor")


class ItemKind(models.TextChoices):
    """What of a module has a due time."""

    PREWORK = "prework", _("pre-work")
    CHECK = "check", _("mastery check")


class Moment(models.TextChoices):
    """When somebody says how sure they feel."""

    START = "start", _("at the start")
    END = "end", _("at the end")


class AttendanceState(models.TextChoices):
    PRESENT = "present", _("present")
    LATE = "late", _("late")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")
    MADE_UP = "made-up", _("made up")
