"""The nouns of sprints: problems, who works on which, and the log of that work."""

from datetime import date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sprints import wording
from sprints.choices import (
    AnswerKind,
    ClaimState,
    Difficulty,
    ExcursionKind,
    InfohazardLevel,
    ProblemState,
    Verdict,
)
from sprints.rosters import Team
from sprints.wording import SearchField
from whitebox.people.models import Cohort, Membership
from whitebox.people.zones import validate_zone

MOST_DAYS = 90  # of one excursion
LAST_MINUTE = time(23, 59)  # a claim ends with its last day, by the cohort's clock
TAKEN = (ProblemState.CLAIMED, ProblemState.IN_PROGRESS)


LOOKS = {ProblemState.OPEN: "open", ProblemState.ANSWERED: "mastered", ProblemState.STALE: "locked"}


class ProblemSource(models.Model):
    """A list of problems with its own numbering: a public list, or a cohort's additions."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    numbering = models.CharField(max_length=200, blank=True, help_text=_("What the numbers of this list mean."))
    url = models.URLField(max_length=500, blank=True)
    published_on = models.DateField(null=True, blank=True, help_text=_("Since when its problems stand open."))

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Category(models.Model):
    name = models.CharField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ProblemQuerySet(models.QuerySet["Problem"]):
    def for_bank(self) -> Self:
        """Load all that a row of the bank shows, in natural order, in one query."""
        return self.select_related("category", "source").order_by("sort_key", "ordinal", "source_id")

    def as_in_sheets(self) -> Self:
        """Load all that a sheet says of a problem, in natural order: three queries."""
        return self.for_bank().prefetch_related("works", "needs__objective__module")


class Problem(models.Model):
    """An open question. A number may stand twice in a source: `ordinal` counts the equal ones."""

    source = models.ForeignKey(ProblemSource, models.PROTECT, related_name="problems")
    number = models.CharField(max_length=40)
    ordinal = models.PositiveSmallIntegerField(default=1, help_text=_("1 for the first problem with this number."))
    sort_key = models.CharField(max_length=80, editable=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="problems")
    subcategory = models.CharField(max_length=200, blank=True)
    difficulty_lowest = models.CharField(max_length=1, choices=Difficulty, blank=True)
    difficulty_highest = models.CharField(max_length=1, choices=Difficulty, blank=True)
    is_starred = models.BooleanField(_("recommended by the source"), null=True, blank=True)
    title = models.CharField(max_length=500)
    source_url = models.URLField(max_length=500, blank=True)
    existing_work = models.TextField(blank=True, help_text=_("What the source names as known, as it says it."))
    working_on = models.TextField(blank=True, help_text=_("Whom the source names as at work, as it says it."))
    search_text = SearchField(max_length=wording.LONGEST, editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    is_known = models.BooleanField(default=False, editable=False, help_text=_("Something on it has been written."))
    idle_since = models.DateTimeField(
        default=timezone.now, editable=False, help_text=_("Since when nobody is at it, while nobody is.")
    )
    state = models.CharField(max_length=12, choices=ProblemState, default=ProblemState.OPEN, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    stale_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "ordinal", "source_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "number", "ordinal"],
                name="problem_place_once",
                violation_error_message=_("This source has a problem in this place already."),
            ),
            models.CheckConstraint(
                name="difficulty_is_a_range",
                condition=Q(difficulty_lowest="", difficulty_highest="")
                | Q(
                    difficulty_lowest__in=Difficulty.values,
                    difficulty_highest__in=Difficulty.values,
                    difficulty_lowest__lte=F("difficulty_highest"),
                ),
                violation_error_message=_("A difficulty is empty, a letter, or a range, the easier letter first."),
            ),
            models.CheckConstraint(
                name="answered_problem_is_dated",
                condition=Q(state=ProblemState.ANSWERED, answered_at__isnull=False)
                | (~Q(state=ProblemState.ANSWERED) & Q(answered_at__isnull=True)),
                violation_error_message=_("A problem is answered since a day, or not at all."),
            ),
            models.CheckConstraint(
                name="stale_problem_is_dated",
                condition=~Q(state=ProblemState.STALE) | Q(stale_since__isnull=False),
                violation_error_message=_("A problem is stale since a day."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "ordinal", "source"], name="problems_in_order"),
            models.Index(fields=["category", "sort_key"], name="problems_of_category"),
            models.Index(fields=["idle_since", "sort_key"], name="problems_by_neglect"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def difficulty(self) -> str:
        """The letter or the range, as sources write it."""
        if self.difficulty_lowest == self.difficulty_highest:
            return self.difficulty_lowest
        return f"{self.difficulty_lowest}-{self.difficulty_highest}"

    @property
    def has_works(self) -> bool:
        """Whether works were added here. One query, none where they are loaded."""
        return bool(self.works.all())

    @property
    def is_alone(self) -> bool:
        """Whether nobody is at it, neither here nor by what the source says."""
        return not self.is_taken and not self.working_on and self.state != ProblemState.ANSWERED

    @property
    def is_taken(self) -> bool:
        return self.state in TAKEN

    @property
    def look(self) -> str:
        """The state's shape and colour, as the component draws it."""
        return LOOKS.get(ProblemState(self.state), "waiting")

    @property
    def state_word(self) -> str:
        """The state's word. Django's `get_state_display` works its choices over each time: 2 ms a page of the bank."""
        return str(ProblemState(self.state).label)


class ClaimRule(models.Model):
    """A cohort's own limits of claims; a cohort without a row has the defaults."""

    cohort = models.OneToOneField(Cohort, models.CASCADE, related_name="claim_rule")
    most_at_once = models.PositiveSmallIntegerField(
        _("claims a person may hold"), default=2, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    longest_days = models.PositiveSmallIntegerField(
        _("days a claim or a renewal may last"), default=28, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )

    def __str__(self) -> str:
        return f"claim rule of cohort {self.cohort_id}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def active(self) -> Self:
        return self.filter(state=ClaimState.ACTIVE)

    def with_people(self) -> Self:
        return self.select_related("problem", "membership__user", "membership__cohort__claim_rule", "team")


class Claim(models.Model):
    """Somebody works on a problem until the end of a day by the cohort's clock."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="claims")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="claims")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, editable=False, related_name="claims")
    since = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateField(help_text=_("The last day, in the claim's zone."))
    zone = models.CharField(max_length=64, validators=[validate_zone])
    ends_at = models.DateTimeField(editable=False)
    set_at = models.DateTimeField(default=timezone.now, editable=False, help_text=_("When the last day was chosen."))
    state = models.CharField(max_length=12, choices=ClaimState, default=ClaimState.ACTIVE, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(state=ClaimState.ACTIVE),
                name="one_active_claim_per_problem",
                violation_error_message=_("Somebody has claimed this problem."),
            ),
            models.CheckConstraint(
                name="ended_claim_is_dated",
                condition=Q(state=ClaimState.ACTIVE, ended_at__isnull=True)
                | (~Q(state=ClaimState.ACTIVE) & Q(ended_at__isnull=False)),
                violation_error_message=_("A claim is active, or it ended at a moment."),
            ),
            models.CheckConstraint(
                name="claim_ends_after_it_begins",
                condition=Q(ends_at__gt=F("since")),
                violation_error_message=_("A claim ends after it begins."),
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="claims_running_out")]

    def __str__(self) -> str:
        return f"claim {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state == ClaimState.ACTIVE

    def last_until(self, until: date) -> None:
        """Set the last day and the UTC moment that follows from it."""
        self.until = until
        self.ends_at = end_of_day(until, ZoneInfo(self.zone))


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last minute of `day` in `zone`, in UTC."""
    return datetime.combine(day, LAST_MINUTE, tzinfo=zone).astimezone(ZoneInfo("UTC"))


class Renewal(models.Model):
    """One lengthening of a claim, with a line of what moved. Append-only."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="renewals")
    was_until = models.DateField()
    until = models.DateField()
    progress = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="renewal_lengthens",
                condition=Q(until__gt=F("was_until")),
                violation_error_message=_("A renewal makes a claim longer."),
            )
        ]

    def __str__(self) -> str:
        return f"renewal {self.pk} of claim {self.claim_id}"


class Excursion(models.Model):
    """One question asked under a claim, with a budget of days and, in the end, a verdict."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="excursions")
    question = models.CharField(max_length=500)
    kind = models.CharField(max_length=12, choices=ExcursionKind, default=ExcursionKind.HYPOTHESIS)
    answer = models.CharField(_("answer it seeks"), max_length=16, choices=AnswerKind, default=AnswerKind.WRITE_UP)
    budget_days = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)])
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="parts")
    level = models.CharField(
        _("infohazard level"), max_length=8, choices=InfohazardLevel, default=InfohazardLevel.PRIVATE
    )
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    verdict = models.CharField(max_length=16, choices=Verdict, null=True, blank=True, editable=False)
    conclusion = models.TextField(blank=True, editable=False)
    conclusion_html = models.TextField(blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="excursion_budget_is_days",
                condition=Q(budget_days__gte=1, budget_days__lte=90),
                violation_error_message=_("A budget is 1 to 90 days."),
            ),
            models.CheckConstraint(
                name="verdict_closes_excursion",
                condition=Q(verdict__isnull=True, closed_at__isnull=True)
                | Q(verdict__in=Verdict.values, closed_at__isnull=False),
                violation_error_message=_("An excursion is closed by its verdict."),
            ),
        ]

    def __str__(self) -> str:
        return f"excursion {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.verdict is None

    def day_at(self, moment: datetime) -> int:
        """Return which day of the excursion it is, by the claim's calendar; the day it was opened is day 1."""
        zone = ZoneInfo(self.claim.zone)
        last = min(moment, self.closed_at) if self.closed_at else moment
        return (last.astimezone(zone).date() - self.opened_at.astimezone(zone).date()).days + 1


class LogEntry(models.Model):
    """What happened on a day of an excursion. Append-only: a correction is an entry of its own."""

    excursion = models.ForeignKey(Excursion, models.PROTECT, related_name="entries")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    source = models.TextField(help_text=_("Markdown."))
    html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False, help_text=_("The renderer's version."))
    level = models.CharField(
        _("infohazard level"), max_length=8, choices=InfohazardLevel, default=InfohazardLevel.PRIVATE
    )
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    written_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = _("log entries")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="entry_corrects_another",
                condition=~Q(corrects=F("id")),
                violation_error_message=_("An entry does not correct itself."),
            )
        ]

    def __str__(self) -> str:
        return f"log entry {self.pk} of excursion {self.excursion_id}"


from sprints import boards as boards  # noqa: E402, PLC0414
from sprints import contests as contests  # noqa: E402, PLC0414
from sprints import journal as journal  # noqa: E402, PLC0414
from sprints import needs as needs  # noqa: E402, PLC0414
from sprints import tastes as tastes  # noqa: E402, PLC0414
from sprints import works as works  # noqa: E402, PLC0414
