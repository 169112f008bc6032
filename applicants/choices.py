"""The closed lists of admissions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionKind(models.TextChoices):
    SHORT = "short", _("short answer")
    LONG = "long", _("long answer")
    SINGLE = "single", _("one of several")
    MULTIPLE = "multiple", _("any of several")
    SCALE = "scale", _("scale")
    NUMBER = "number", _("number")
    LINK = "link", _("link")
    FILE = "file", _("file")
    CONSENT = "consent", _("consent")


class ShownTo(models.TextChoices):
    REVIEWERS = "reviewers", _("reviewers")
    ORGANIZERS = "organizers", _("organizers only")


class OthersVisible(models.TextChoices):
    NEVER = "never", _("never")
    AFTER_OWN = "after-own", _("after the own review")
    ALWAYS = "always", _("always")


class StageKind(models.TextChoices):
    READING = "reading", _("reading")
    WORK_TEST = "work-test", _("work test")
    INTERVIEW = "interview", _("interview")


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ENROLLED = "enrolled", _("enrolled")


class AssignmentState(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")
    RECUSED = "recused", _("recused")
    DECLINED = "declined", _("handed back")


class AssignmentOrigin(models.TextChoices):
    PROPOSAL = "proposal", _("a proposal that was deployed")
    ROUTED = "routed", _("routed to where it matters")
    BOOKING = "booking", _("an interview that was booked")


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")


class ConflictOrigin(models.TextChoices):
    DECLARED = "declared", _("declared by the reviewer")
    DETECTED = "detected", _("detected")
    PINNED = "pinned", _("set by an organizer")


class DecisionCode(models.TextChoices):
    OFFER = "offer", _("offer")
    WAITLIST = "waitlist", _("waiting list")
    DECLINE = "decline", _("decline")
    DECLINE_WITH_ENCOURAGEMENT = "decline-with-encouragement", _("decline with encouragement")


class OfferState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")


class BookingState(models.TextChoices):
    BOOKED = "booked", _("booked")
    HELD = "held", _("held")
    NO_SHOW = "no-show", _("nobody came")
    CANCELLED = "cancelled", _("cancelled")


class WorkPart(models.TextChoices):
    """The parts of what is handed in for a work test, in the order in which they are read."""

    TEXT = "text", _("text")
    LINK = "link", _("link")
    FILE = "file", _("file")


class Tier(models.TextChoices):
    A = "A", _("A: clearly above the bar")
    B = "B", _("B: around the bar")
    C = "C", _("C: clearly below the bar")
