"""Who reads the pages of a cohort, and what those pages show of the person."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from curriculum import conditions, deadlines, objective_states
from curriculum.choices import ItemKind
from curriculum.conditions import Condition
from curriculum.deadlines import Deadline, Key
from curriculum.models import TEXTS, Extension, ModuleVersion, ObjectiveVersion, Resource, Session, Tick
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership
from whitebox.web import navigation

READERS = (Role.PARTICIPANT, Role.MENTOR, Role.ORGANIZER, Role.ADVISER)


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
    def objectives(self) -> dict[ModuleVersion, list[ObjectiveVersion]]:
        """Every module of the cohort, without its text, with its objectives: one query, for no module is without."""
        rows = ObjectiveVersion.objects.filter(module_version__version__adoptions__cohort=self.cohort)
        loaded = rows.select_related("module_version__module").defer(*(f"module_version__{name}" for name in TEXTS))
        found: dict[ModuleVersion, list[ObjectiveVersion]] = {}
        for row in loaded.order_by("module_version__week", "module_version", "position"):
            found.setdefault(row.module_version, []).append(row)
        return found

    @property
    def modules(self) -> list[ModuleVersion]:
        return list(self.objectives)

    @cached_property
    def sessions(self) -> dict[int, Session]:
        """Sessions by module, each with this person's extensions and minutes of pre-work left: one query."""
        own = Extension.objects.filter(membership=self.membership, module=OuterRef("module"))
        newest = own.order_by("-at", "-pk").values("due_at")
        latest = {f"{item.value}_extended_to": Subquery(newest.filter(item=item)[:1]) for item in ItemKind}
        planned = Session.objects.filter(cohort=self.cohort).annotate(**latest, minutes_left=self._minutes_left())
        return {one.module_id: one for one in planned}

    def _minutes_left(self) -> Coalesce:
        """Sum the required resources of a session's module that this person has not ticked."""
        mine = Tick.objects.filter(
            membership=self.membership, module=OuterRef("module_version__module"), resource_slug=OuterRef("slug")
        )
        required = Resource.objects.filter(
            ~Exists(mine),
            module_version__module=OuterRef("module"),
            module_version__version__adoptions__cohort=self.cohort,
            is_required=True,
        )
        summed = required.order_by().values("module_version").annotate(total=Sum("minutes")).values("total")
        return Coalesce(Subquery(summed), 0)

    @cached_property
    def deadlines(self) -> dict[Key, Deadline]:
        """What is due when, out of the rows that the sessions came with."""
        extensions = {
            (one.module_id, item): moment
            for one in self.sessions.values()
            for item in ItemKind
            if (moment := getattr(one, f"{item.value}_extended_to")) is not None
        }
        return deadlines.from_sessions(self.cohort, self.sessions.values(), extensions)

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

    def resources(self, module: ModuleVersion) -> QuerySet[Resource]:
        """A module's resources, each with this person's tick as `done_at` and `took`, in one query."""
        mine = Tick.objects.filter(membership=self.membership, module=module.module_id, resource_slug=OuterRef("slug"))
        return module.resources.annotate(
            done_at=Subquery(mine.values("at")[:1]), took=Subquery(mine.values("minutes_taken")[:1])
        ).order_by("position")

    def address(self, module: ModuleVersion) -> str:
        return reverse("curriculum:module", args=[self.cohort.slug, module.module.slug])

    def state_of(self, objective: ObjectiveVersion) -> str:
        return self.states.get(objective.objective_id, "open")


def study_or_404(request: HttpRequest, cohort_slug: str) -> Study:
    """Return the signed-in reader in a cohort whose pages they may read: one query, which serves the links too."""
    return _first_or_404([one for one in _held(request) if one.cohort.slug == cohort_slug])


def newest_or_404(request: HttpRequest) -> Study:
    """Return the cohort a person studies in, else the one they help with; the newest where there are several."""
    return _first_or_404(_held(request))


def _held(request: HttpRequest) -> list[Membership]:
    held = Membership.objects.active().filter(user_id=request.user.pk or 0)
    loaded = held.select_related("cohort__adoption__version", "user", "mentor__user")
    found = list(loaded.order_by("-cohort__starts_on", "-pk"))
    navigation.remember(request, found)
    return found


def _first_or_404(held: list[Membership]) -> Study:
    readers = [one for one in held if one.role in READERS]
    if not readers:
        raise Http404
    return Study.of_page(min(readers, key=lambda membership: READERS.index(Role(membership.role))))


def module_or_404(study: Study, slug: str) -> ModuleVersion:
    """Return a module with its text."""
    return get_object_or_404(ModuleVersion.objects.followed_by(study.cohort), module__slug=slug)
