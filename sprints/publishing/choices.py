"""The closed lists of publishing."""

from collections.abc import Mapping

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sprints.choices import InfohazardLevel


class Kind(models.TextChoices):
    PAPER = "paper", _("paper")
    NOTE = "note", _("note")
    UPDATE = "update", _("update")
    DISTILLATION = "distillation", _("distillation")


class CreditRole(models.TextChoices):
    """The fourteen roles of the Contributor Role Taxonomy (CRediT, ANSI/NISO Z39.104-2022)."""

    CONCEPTUALIZATION = "conceptualization", _("conceptualization")
    DATA_CURATION = "data-curation", _("data curation")
    FORMAL_ANALYSIS = "formal-analysis", _("formal analysis")
    FUNDING_ACQUISITION = "funding-acquisition", _("funding acquisition")
    INVESTIGATION = "investigation", _("investigation")
    METHODOLOGY = "methodology", _("methodology")
    PROJECT_ADMINISTRATION = "project-administration", _("project administration")
    RESOURCES = "resources", _("resources")
    SOFTWARE = "software", _("software")
    SUPERVISION = "supervision", _("supervision")
    VALIDATION = "validation", _("validation")
    VISUALIZATION = "visualization", _("visualization")
    WRITING = "writing-original-draft", _("writing: original draft")
    EDITING = "writing-review-editing", _("writing: review and editing")


class Licence(models.TextChoices):
    CC_BY = "cc-by-4.0", _("Creative Commons Attribution 4.0")
    CC_BY_SA = "cc-by-sa-4.0", _("Creative Commons Attribution-ShareAlike 4.0")
    CC0 = "cc0-1.0", _("CC0 1.0: no rights reserved")
    RESERVED = "reserved", _("all rights reserved")


LICENCE_PAGES: Mapping[str, str] = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
}


class Opinion(models.TextChoices):
    """What a reviewer of the house says of a revision."""

    READY = "ready", _("ready to be published")
    CHANGE = "change", _("needs changes")


class Capacity(models.TextChoices):
    """As what somebody votes."""

    AUTHOR = "author", _("author")
    COORDINATOR = "coordinator", _("coordinator")
    READER = "reader", _("trusted reader")


class Outcome(models.TextChoices):
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class EndorsementState(models.TextChoices):
    ASKED = "asked", _("asked")
    ENDORSED = "endorsed", _("endorsed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn by the researcher")
    CALLED_OFF = "called-off", _("called off")


# Who may read. For write-ups a secret one is closed to all but those it names, organizers included.
WHO_READS: Mapping[str, Promise] = {
    InfohazardLevel.SECRET: _("secret: only the people named below"),
    InfohazardLevel.PRIVATE: _("private: the authors, their mentors, the organizers and the people named below"),
    InfohazardLevel.PUBLIC: _("public: may be published; until it is, as if private"),
}
