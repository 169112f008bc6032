"""Who reads the pages of a cohort, and what those pages show of the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest

from curriculum import conditions, deadlines, objective_states, syllabus
from curriculum.choices import ItemKind
from curriculum.commitments import PaceTarget
from curriculum.conditions import Condition
from curriculum.deadlines import Deadline, Key
from curriculum.models import ModuleVersion, ObjectiveVersion, Resource, Session, Tick
from curriculum.syllabus import Syllabus
from whitebox import addresses
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership
from whitebox.prepared import Call, prepared
from whitebox.web import navigation

READERS = (Role.PARTICIPANT, Role.MENTOR, Role.ORGANIZER, Role.ADVISER)


@dataclass(frozen=True, slots=True)
class Done:
    """That a person has marked a resource as done."""

    at: datetime
    took: int | None  # minutes


@dataclass(frozen=True)
class Study:
    """A reader of a cohort's pages. Everything is asked once, and only when a page shows it."""

    membership: Membership  # as a participant where the person is one, else as what they are

    @property
    def cohort(self) -> Cohort:
        return self.membership.cohort

    @property
    def is_participant(self) -> bool:
        return self.membership.role == Role.PARTICIPANT

    @classmethod
    def of_page(cls, membership: Membership) -> "Study":
        """Return the study of a membership that several parts of one page ask for.

        It lives as long as the membership object, so only pages may use it: a verb needs the present rows.
        """
        kept: Study | None = membership.__dict__.get("curriculum_study")
        if kept is None:
            kept = membership.__dict__["curriculum_study"] = cls(membership)
        return kept

    @cached_property
    def syllabus(self) -> Syllabus:
        """What the cohort's pack version says; shared with everybody who follows it."""
        return syllabus.of_page(self.cohort)

    @property
    def objectives(self) -> Mapping[ModuleVersion, Sequence[ObjectiveVersion]]:
        """Every module of the cohort, without its text, with its objectives."""
        return self.syllabus.objectives

    @cached_property
    def modules(self) -> list[ModuleVersion]:
        return list(self.objectives)

    @cached_property
    def sessions(self) -> dict[int, Session]:
        """Sessions by module."""
        return {one.module_id: one for one in self._planned}

    @cached_property
    def _planned(self) -> list[Any]:
        """Sessions in one query, with what this person has of their own.

        One row for each extension (`item` and `until`), the latest last; each with the day of the own plan (`own_day`).
        """
        return _planned(self.membership.cohort_id, self.membership.pk)

    @cached_property
    def ticks(self) -> dict[tuple[int, str], Done]:
        """What this person has marked as done, by module and name of the resource: one query."""
        return {(module, slug): Done(at, took) for module, slug, at, took in _ticks(self.membership.first_key)}

    @cached_property
    def deadlines(self) -> dict[Key, Deadline]:
        """What is due when, out of the rows that the sessions came with."""
        extensions = {(one.module_id, ItemKind(one.item)): one.until for one in self._planned if one.item}
        return deadlines.from_sessions(self.cohort, self.sessions.values(), extensions)

    @cached_property
    def own_days(self) -> dict[int, date]:
        """The days of this person's own plan that count, by module, out of the same rows."""
        return {one.module_id: one.own_day for one in self._planned if one.own_day}

    @cached_property
    def reached(self) -> dict[int, datetime]:
        """Since when this participant masters what, by objective."""
        return objective_states.reached(self.membership, self.modules) if self.is_participant else {}

    @cached_property
    def conditions(self) -> dict[int, list[Condition]]:
        """What keeps each module's checks closed to this participant, by module version."""
        return conditions.conditions(self.membership, self.modules) if self.is_participant else {}

    @cached_property
    def states(self) -> dict[int, str]:
        """How far this participant is with each objective, by objective."""
        return objective_states.states(self.membership, self.modules) if self.is_participant else {}

    def open_conditions(self, module: ModuleVersion) -> list[Condition]:
        return [one for one in self.conditions.get(module.pk, []) if not one.is_met]

    def due_at(self, module: ModuleVersion, item: ItemKind) -> datetime | None:
        found = self.deadlines.get((module.module_id, item))
        return found.due_at if found else None

    def resources(self, module: ModuleVersion) -> list[tuple[Resource, Done | None]]:
        """Return a module's resources, each with this person's tick."""
        listed = self.syllabus.resources.get(module.pk, ())
        return [(one, self.ticks.get((module.module_id, one.slug))) for one in listed]

    def minutes_left(self, module: ModuleVersion) -> int:
        """Sum the required resources of a module that this person has not ticked."""
        return sum(one.minutes for one, done in self.resources(module) if one.is_required and not done)

    def address(self, module: ModuleVersion) -> str:
        return address(self.cohort.slug, module.module.slug)

    def state_of(self, objective: ObjectiveVersion) -> str:
        return self.states.get(objective.objective_id, "open")


def address(cohort: str, module: str) -> str:
    """Return the address of a module's page; a week map needs all of them."""
    return addresses.address("curriculum:module", cohort, module)


def study_or_404(request: HttpRequest, cohort_slug: str) -> Study:
    """Return the signed-in reader in a cohort whose pages they may read: one query, which serves the links too."""
    return _first_or_404([one for one in _held(request) if one.cohort.slug == cohort_slug])


def newest_or_404(request: HttpRequest) -> Study:
    """Return the cohort a person studies in, else the one they help with; the newest where there are several."""
    return _first_or_404(_held(request))


def _held(request: HttpRequest) -> list[Membership]:
    found = _memberships(request.user.pk or 0)
    navigation.remember(request, found)
    return found


@prepared
def _memberships(user: int) -> QuerySet[Membership]:
    held = Membership.objects.active().filter(user=user)
    return held.select_related("cohort__adoption__version").order_by("-cohort__starts_on", "-pk")


@prepared
def _planned(cohort: int, membership: int) -> QuerySet[Any]:
    own = FilteredRelation("module__extensions", condition=Q(module__extensions__membership=membership))
    days = PaceTarget.objects.filter(membership=membership, module=OuterRef("module")).order_by("-at", "-pk")
    planned = Session.objects.filter(cohort=cohort).annotate(own=own, own_day=Subquery(days.values("on")[:1]))
    return planned.annotate(item=F("own__item"), until=F("own__due_at")).order_by("own__at", "own__pk")


def foreseen(membership: Membership) -> list[Call]:
    """Return what a participant's study asks whatever the page shows of it."""
    return [_planned.call(membership.cohort_id, membership.pk), _ticks.call(membership.first_key)]


@prepared
def _ticks(first: int) -> QuerySet[Tick, tuple[int, str, datetime, int | None]]:
    record = Membership.objects.of_record(first).values("pk")
    return Tick.objects.filter(membership__among_few=record).values_list(
        "module", "resource_slug", "at", "minutes_taken"
    )


def _first_or_404(held: list[Membership]) -> Study:
    readers = [one for one in held if one.role in READERS]
    if not readers:
        raise Http404
    return Study.of_page(min(readers, key=lambda membership: READERS.index(Role(membership.role))))


def module_or_404(study: Study, slug: str) -> ModuleVersion:
    """Return a module with its text; one that was renamed is found by its present name too."""
    followed = next((one for one in study.modules if slug in {one.module.slug, one.written_slug}), None)
    if followed is None or study.syllabus.key is None:
        raise Http404
    return syllabus.with_text(followed, study.syllabus.key)
