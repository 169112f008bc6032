"""The pace contract: by which day a person means to master each module, and how far they are.

A person sets the days; "behind" is counted from their own plan, else from the day on which the check is due for them.
A module counts as reached on the day its last blocking objective was mastered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curriculum import deadlines, objective_states
from curriculum.choices import ItemKind, ModuleStatus
from curriculum.commitments import PaceTarget
from curriculum.deadlines import Deadline, Key
from curriculum.models import ModuleVersion, ObjectiveVersion, Session
from curriculum.study import Study
from curriculum.syllabus import Syllabus, present
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.people.once import once

LATEST = timedelta(weeks=26)  # after the last week; a later day is a typing mistake
Targets = Mapping[int, date]  # by module


@dataclass(frozen=True, slots=True)
class Step:
    """One module in somebody's plan."""

    module: ModuleVersion
    target: date | None  # in the cohort's zone; None while neither the person nor the session says one
    is_own: bool
    reached_on: date | None

    def is_missed(self, today: date) -> bool:
        return self.reached_on is None and self.target is not None and self.target < today


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of one person, in the order of weeks, looked at on a day of the cohort's calendar."""

    steps: Sequence[Step]
    today: date

    @property
    def reached(self) -> int:
        return sum(1 for step in self.steps if step.reached_on)

    @property
    def is_agreed(self) -> bool:
        return any(step.is_own for step in self.steps)

    @property
    def missed(self) -> Step | None:
        """The first module whose day has passed without being reached."""
        return next((step for step in self.steps if step.is_missed(self.today)), None)

    @property
    def days_behind(self) -> int:
        """Days since the earliest day that was missed, 0 for somebody on time."""
        missed = [step.target for step in self.steps if step.target and step.is_missed(self.today)]
        return (self.today - min(missed)).days if missed else 0

    @property
    def sentence(self) -> str:
        """Say to the person how far they are, against whose plan."""
        days = self.days_behind
        if not self.is_agreed:
            return self._against_the_cohort()
        if not days:
            return _("on time with your plan")
        words = ngettext("%(days)d day behind your plan", "%(days)d days behind your plan", days)
        return words % {"days": days}

    @property
    def sentence_to_others(self) -> str:
        """Say the same to those who help the person."""
        days = self.days_behind
        if not self.is_agreed:
            return self._against_the_cohort()
        if not days:
            return _("on time with the own plan")
        words = ngettext("%(days)d day behind the own plan", "%(days)d days behind the own plan", days)
        return words % {"days": days}

    def _against_the_cohort(self) -> str:
        days = self.days_behind
        if not days:
            return _("on time with the cohort")
        words = ngettext("%(days)d day behind the cohort", "%(days)d days behind the cohort", days)
        return words % {"days": days}


def of_page(study: Study, now: datetime) -> Plan:
    """Return the plan of a page's reader: no query beside what the page asks for its week map."""
    return _plan(study.cohort, study.objectives, study.deadlines, study.own_days, study.reached, now)


def of_cohort(cohort: Cohort, memberships: Sequence[Membership], now: datetime) -> dict[int, Plan]:
    """Return the plans of many people of one cohort, by membership: queries are constant in their number."""
    followed: Syllabus = present(cohort.pk)
    keys = [one.pk for one in memberships]
    sessions = list(Session.objects.filter(cohort=cohort))
    extensions, own, reached = deadlines.extensions_of(memberships), targets_of(keys), objective_states.dates(keys)
    return {
        key: _plan(
            cohort,
            followed.objectives,
            deadlines.from_sessions(cohort, sessions, extensions.get(key, {})),
            own.get(key, {}),
            reached.get(key, {}),
            now,
        )
        for key in keys
    }


def of_cohort_page(cohort: Cohort, memberships: Sequence[Membership], now: datetime) -> dict[int, Plan]:
    """Return `of_cohort` of a page whose parts ask for the same people."""
    return once(cohort, memberships, "plans", lambda: of_cohort(cohort, memberships, now))


def targets_of(memberships: Sequence[int]) -> dict[int, dict[int, date]]:
    """Return the days that count, by membership and module, in one query."""
    rows = PaceTarget.objects.filter(membership__in=memberships).order_by("at", "pk")
    found: dict[int, dict[int, date]] = {}
    for member, module, on in rows.values_list("membership", "module", "on"):
        found.setdefault(member, {})[module] = on
    return found


def _plan(
    cohort: Cohort,
    objectives: Mapping[ModuleVersion, Sequence[ObjectiveVersion]],
    due: Mapping[Key, Deadline],
    own: Targets,
    reached: Mapping[int, datetime],
    now: datetime,
) -> Plan:
    steps = [
        Step(
            module,
            own.get(module.module_id) or _due_day(due.get((module.module_id, ItemKind.CHECK)), cohort),
            module.module_id in own,
            _reached_on(some, reached, cohort),
        )
        for module, some in objectives.items()
        if module.status == ModuleStatus.COMPLETE
    ]
    return Plan(steps, now.astimezone(cohort.tz).date())


def _due_day(deadline: Deadline | None, cohort: Cohort) -> date | None:
    return deadline.due_at.astimezone(cohort.tz).date() if deadline else None


def _reached_on(objectives: Iterable[ObjectiveVersion], reached: Mapping[int, datetime], cohort: Cohort) -> date | None:
    blocking = [one.objective_id for one in objectives if one.is_blocking]
    if not blocking or not all(one in reached for one in blocking):
        return None
    return max(reached[one] for one in blocking).astimezone(cohort.tz).date()


@transaction.atomic
def agree(membership: Membership, targets: Targets, *, by: User, reason: str = "") -> list[PaceTarget]:
    """Set or change the own days, by module, and return the rows that were new. The same days again change nothing.

    Raises RuleViolation for somebody else's plan, for days that fall from week to week or lie outside of the
    programme, and for a change without a reason.
    """
    held = Membership.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=membership.pk)
    _require_own(held, by)
    plan = of_cohort(held.cohort, [held], timezone.now())[held.pk]
    wanted = {step.module.module_id: targets.get(step.module.module_id, step.target) for step in plan.steps}
    _require_sensible(held.cohort, plan, wanted)
    present_days = targets_of([held.pk]).get(held.pk, {})
    fresh = {module: on for module, on in wanted.items() if on and module in targets and present_days.get(module) != on}
    if any(module in present_days for module in fresh) and not reason.strip():
        raise RuleViolation(_("Say in a sentence why the plan changes. Your mentor reads it. Nothing was changed."))
    rows = [PaceTarget(membership=held, module_id=module, on=on, reason=reason.strip()) for module, on in fresh.items()]
    return PaceTarget.objects.bulk_create(rows)


def _require_own(membership: Membership, by: User) -> None:
    if membership.user_id != by.pk or membership.role != Role.PARTICIPANT:
        raise RuleViolation(_("Only the participant sets the own plan."))
    if membership.state != MembershipState.ACTIVE:
        raise RuleViolation(_("You no longer study in this cohort. Your plan is kept."))


def _require_sensible(cohort: Cohort, plan: Plan, wanted: Mapping[int, date | None]) -> None:
    earlier: date | None = None
    for step in plan.steps:
        on = wanted[step.module.module_id]
        if on is None:
            continue
        if earlier is not None and on < earlier:
            raise RuleViolation(
                _("Week %(week)d cannot come before the week it builds on. Nothing was changed.")
                % {"week": step.module.week}
            )
        if cohort.starts_on and not _first_day(cohort) <= on <= _last_day(cohort):
            raise RuleViolation(
                _("Choose days between %(first)s and %(last)s. Nothing was changed.")
                % {"first": _first_day(cohort).isoformat(), "last": _last_day(cohort).isoformat()}
            )
        earlier = on


def _first_day(cohort: Cohort) -> date:
    # A lead cohort reads one week ahead.
    return (cohort.starts_on or date.min) - timedelta(weeks=1)


def _last_day(cohort: Cohort) -> date:
    return (cohort.starts_on or date.max - LATEST) + timedelta(weeks=cohort.weeks) + LATEST


def history(membership: Membership) -> list[PaceTarget]:
    """Return every day that was ever set, newest first, with its reason."""
    return list(PaceTarget.objects.filter(membership=membership).select_related("module").order_by("-at", "-pk"))
