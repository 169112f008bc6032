"""The closed lists of the programme as a whole."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlacementKind(models.TextChoices):
    FELLOWSHIP = "fellowship", _("research fellowship or residency")
    POSITION = "position", _("research position")
    INDEPENDENT = "independent", _("independent research, funded")
    STUDY = "study", _("doctorate or research degree")
    OTHER = "other", _("another job or course")


# Serious research, where it is about safety; another job or course is an outcome as well and counts apart.
RESEARCH = (PlacementKind.FELLOWSHIP, PlacementKind.POSITION, PlacementKind.INDEPENDENT, PlacementKind.STUDY)


class Work(models.TextChoices):
    """What the work is for. The programme supports the first; the reports tell the others apart."""

    SAFETY = "safety", _("making AI safe")
    OTHER = "other", _("something else")
    CAPABILITIES = "capabilities", _("capabilities, or a role outside safety at a top lab")


class Doing(models.TextChoices):
    RESEARCH = "research", _("research")
    STUDY = "study", _("studies")
    JOB = "job", _("another job")
    LOOKING = "looking", _("looking for something")
    OTHER = "other", _("something else")
