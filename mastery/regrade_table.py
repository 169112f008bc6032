"""What the pages of a regrade show: which checks can be regraded, and what a run would change or has changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from curriculum.models import ObjectiveVersion
from mastery.choices import Direction, RegradeJobState, RegradeState
from mastery.models import Attempt, CheckVersion
from mastery.regrades import Regrade, RegradeJob
from mastery.regrading import REGRADED
from whitebox.people.models import Cohort

LOOKS = {Direction.UP: "mastered", Direction.DOWN: "not_yet", Direction.MIXED: "waiting", Direction.SAME: "open"}
SHOWN = [RegradeJobState.COMPARED, RegradeJobState.APPLIED, RegradeJobState.KEPT, RegradeJobState.FAILED]


def fixed_versions(cohort: Cohort) -> QuerySet[CheckVersion]:
    """Return the checks that would grade something of a cohort anew: other wordings of it, newest first."""
    graded = Attempt.objects.filter(membership__cohort=cohort, state__in=REGRADED)
    used = graded.values("check_version__digest")
    newer = CheckVersion.objects.filter(for_check__in=graded.values("for_check"))
    others = newer.exclude(digest__in=used) | newer.filter(for_check__in=_asked_in_two_ways(graded))
    return (
        others.select_related("version", "for_check__module").defer("specification").order_by("-version__number", "pk")
    )


def _asked_in_two_ways(graded: QuerySet[Attempt]) -> QuerySet[Attempt, int]:
    """Return the checks that a cohort has met in more than one wording."""
    ways = graded.order_by().values("for_check").annotate(ways=Count("check_version__digest", distinct=True))
    return ways.filter(ways__gt=1).values_list("for_check", flat=True)


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A choice of checks, each with the version whose wording it is."""

    @override
    def label_from_instance(self, obj: CheckVersion) -> str:
        facts = {"title": obj.title, "module": obj.for_check.module, "number": obj.version.number}
        return _("%(title)s (%(module)s), as version %(number)s asks it") % facts


class BeginForm(forms.Form):
    """Which fixed check to compare with, and why."""

    version = VersionField(
        label=gettext_lazy("The fixed check"), queryset=CheckVersion.objects.none(), empty_label=None
    )
    reason = forms.CharField(
        label=gettext_lazy("What was wrong, in a sentence"),
        help_text=gettext_lazy("Everybody whose marks change reads it."),
        max_length=300,
    )

    def __init__(self, *args: object, cohort: Cohort, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as Django's own form takes them
        field = self.fields["version"]
        assert isinstance(field, VersionField)  # noqa: S101 - for the type checker
        field.queryset = fixed_versions(cohort)


@dataclass(frozen=True, slots=True)
class ItemChange:
    item: str
    before: str
    after: str
    is_lower: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One attempt that changes."""

    job: RegradeJob
    items: list[ItemChange]
    gained: list[str]
    lost: list[str]
    opens: list[int]  # weeks

    @property
    def look(self) -> str:
        return LOOKS[Direction(self.job.direction)]


def rows(run: Regrade, jobs: Iterable[RegradeJob]) -> list[Row]:
    """Return what changes for some jobs of a run: one query for the words of the objectives."""
    stated = {
        one.objective_id: f"{one.number} {one.text}"
        for one in ObjectiveVersion.objects.filter(
            module_version__version=run.check_version.version_id, module_version__module=run.for_check.module_id
        )
    }
    return [_row(job, stated) for job in jobs]


def _row(job: RegradeJob, stated: Mapping[int, str]) -> Row:
    change = job.change
    items = [
        ItemChange(one["item"], "{}/{}".format(*one["before"]), "{}/{}".format(*one["after"]), one["is_lower"])
        for one in change.get("items", ())
    ]
    gained, lost = ([stated.get(key, "") for key in change.get(name, ())] for name in ("gained", "lost"))
    return Row(job, items, gained, lost, change.get("opens", []))


def shown_jobs(run: Regrade) -> QuerySet[RegradeJob]:
    """Return the jobs worth a row: what changes, or could not be graded, in the order of people."""
    found = run.jobs.filter(state__in=SHOWN).select_related("membership__user", "attempt")
    return found.order_by("membership", "pk")


@dataclass(frozen=True, slots=True)
class Summary:
    """The head of a run's page."""

    attempts: int
    left: int  # jobs that are still to be done
    people: int  # who change
    up: int
    down: int
    mixed: int
    failed: int
    opens: int  # people to whom a week opens

    @property
    def done(self) -> int:
        return self.attempts - self.left


def summary(run: Regrade) -> Summary:
    """Count a run: three queries."""
    counted = dict(run.jobs.order_by().values_list("state").annotate(Count("pk")))
    changing = run.jobs.filter(state__in=[RegradeJobState.COMPARED, RegradeJobState.APPLIED, RegradeJobState.KEPT])
    ways = dict(changing.order_by().values_list("direction").annotate(Count("pk")))
    rest = RegradeJobState.WAITING if run.state == RegradeState.COMPARING else RegradeJobState.COMPARED
    is_at_work = run.state in {RegradeState.COMPARING, RegradeState.APPLYING}
    facts = list(changing.values_list("membership", "change__opens"))
    return Summary(
        attempts=sum(counted.values()),
        left=counted.get(rest, 0) if is_at_work else 0,
        people=len({member for member, _opens in facts}),
        up=ways.get(Direction.UP, 0),
        down=ways.get(Direction.DOWN, 0),
        mixed=ways.get(Direction.MIXED, 0),
        failed=counted.get(RegradeJobState.FAILED, 0),
        opens=len({member for member, opens in facts if opens}),
    )
