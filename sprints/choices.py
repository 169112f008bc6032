"""The closed lists of sprints."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Difficulty(models.TextChoices):
    """How hard a problem is thought to be; a problem may span a range of these letters."""

    A = "A", _("A: a good first problem")
    B = "B", _("B: some experience helps")
    C = "C", _("C: a hard project")
    D = "D", _("D: nobody knows how")


class ProblemState(models.TextChoices):
    OPEN = "open", _("open")
    CLAIMED = "claimed", _("claimed")
    IN_PROGRESS = "in_progress", _("in progress")
    ANSWERED = "answered", _("answered")
    STALE = "stale", _("stale")


class ClaimState(models.TextChoices):
    ACTIVE = "active", _("active")
    RELEASED = "released", _("released")
    EXPIRED = "expired", _("expired")
    FINISHED = "finished", _("finished")


class ExcursionKind(models.TextChoices):
    HYPOTHESIS = "hypothesis", _("hypothesis: is this so?")
    DIGEST = "digest", _("digest: what is known?")


class AnswerKind(models.TextChoices):
    WRITE_UP = "write-up", _("write-up")
    DEMONSTRATION = "demonstration", _("demonstration")
    PROTOTYPE = "prototype", _("prototype")


class Verdict(models.TextChoices):
    ANSWERED = "answered", _("answered")
    REFUTED = "refuted", _("refuted")
    INCONCLUSIVE = "inconclusive", _("inconclusive")
    SPLIT = "split", _("split into smaller questions")


class InfohazardLevel(models.TextChoices):
    """Who may read. `public` only says that publishing is allowed: nothing shows because of the level alone."""

    SECRET = "secret", _("secret: the author and the organizers")
    PRIVATE = "private", _("private: the author, the mentor and the organizers")
    PUBLIC = "public", _("public")
