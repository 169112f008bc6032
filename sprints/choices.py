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


class Neglect(models.TextChoices):
    """How neglected a problem has to be for a search."""

    UNKNOWN = "unknown", _("nothing known on it")
    NOBODY = "nobody", _("nobody at it")
    BOTH = "both", _("neither known nor anybody at it")
    LONG = "long", _("the same for half a year")


class Order(models.TextChoices):
    NUMBER = "", _("by number")
    NEGLECT = "neglect", _("longest alone first")


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


class LinkKind(models.TextChoices):
    """Where the work of a day lies."""

    REPOSITORY = "repository", _("repository")
    NOTEBOOK = "notebook", _("notebook")
    COMMIT = "commit", _("commit")


class Pace(models.TextChoices):
    """How an excursion goes, as its mentor sees it."""

    FINE = "fine", _("on its way")
    SLOW = "slow", _("slower than planned")
    STUCK = "stuck", _("stuck")


class HackathonKind(models.TextChoices):
    OWN = "own", _("ours, judged here")
    EXTERNAL = "external", _("of others")
