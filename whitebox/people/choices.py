"""The closed lists of the people app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    PARTICIPANT = "participant", _("participant")
    MENTOR = "mentor", _("mentor")
    ORGANIZER = "organizer", _("organizer")
    REVIEWER = "reviewer", _("reviewer")
    ADVISER = "adviser", _("adviser")


class MembershipState(models.TextChoices):
    ACTIVE = "active", _("active")
    DEFERRED = "deferred", _("deferred")
    WITHDRAWN = "withdrawn", _("withdrawn")
    COMPLETED = "completed", _("completed")
    DISQUALIFIED = "disqualified", _("disqualified")


class ContactKind(models.TextChoices):
    MESSAGE = "message", _("message")
    CALL = "call", _("call")
    MEETING = "meeting", _("one-to-one meeting")


class Concern(models.IntegerChoices):
    NONE = 0, _("no concern")
    WATCH = 1, _("worth watching")
    ACT = 2, _("act now")


class BreachKind(models.TextChoices):
    HONEST = "honest", _("an honest mistake, reported at once")
    QUIET = "quiet", _("kept quiet")
    PURPOSE = "purpose", _("on purpose")


class BreachOutcome(models.TextChoices):
    STAYS = "stays", _("may stay")
    LEAVES = "leaves", _("disqualified")
