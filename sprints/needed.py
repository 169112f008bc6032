"""Which objectives a problem needs: by hand, by a sheet, or by its category in the pack."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from curriculum.models import Objective, ObjectiveVersion
from mastery.models import ObjectiveMastery
from sprints import access
from sprints.models import Problem, ProblemSource
from sprints.needs import Need
from sprints.numbering import sort_key
from whitebox.errors import RuleViolation
from whitebox.people.models import User

MOST = 12  # of one problem; more would say nothing


def path(objective: Objective) -> str:
    """Return how sheets and packs name an objective. Its module is loaded."""
    return f"{objective.module.slug}/{objective.slug}"


def paths(problem: Problem) -> tuple[str, ...]:
    """Return what a problem needs as a sheet says it. The needs are loaded."""
    return tuple(sorted(path(need.objective) for need in problem.needs.all()))


def by_path(named: Collection[str]) -> dict[str, Objective]:
    """Return the objectives that exist, by module/objective. One query, none for nothing."""
    if not named:
        return {}
    slugs = {one.partition("/")[2] for one in named}
    found = Objective.objects.filter(slug__in=slugs).select_related("module").order_by("pk")
    return {path(one): one for one in found if path(one) in named}


def replace(source: ProblemSource, wanted: Mapping[tuple[str, int], Sequence[str]]) -> None:
    """Set what problems of a source need, by number and ordinal. Four statements, however many problems."""
    if not wanted:
        return
    known = by_path({one for some in wanted.values() for one in some})
    rows = Problem.objects.filter(source=source, number__in={number for number, _ordinal in wanted})
    keys = {(number, ordinal): pk for pk, number, ordinal in rows.values_list("pk", "number", "ordinal")}
    Need.objects.filter(problem__in=[keys[place] for place in wanted]).delete()
    Need.objects.bulk_create(
        (Need(problem_id=keys[place], objective=known[one]) for place, some in wanted.items() for one in some),
        batch_size=500,
    )


def suggest(source: ProblemSource, by_category: Mapping[str, Sequence[str]]) -> int:
    """Give the problems of a category that say nothing what the pack says of it, and return how many needs that made.

    Raises RuleViolation for an objective that does not exist.
    """
    named = {one for some in by_category.values() for one in some}
    known = by_path(named)
    if missing := sorted(named - known.keys()):
        raise RuleViolation(_("There is no objective %(path)s.") % {"path": missing[0]})
    silent = Problem.objects.filter(source=source, category__name__in=by_category, needs=None)
    made = [
        Need(problem_id=pk, objective=known[one])
        for pk, category in silent.values_list("pk", "category__name")
        for one in by_category[category]
    ]
    return len(Need.objects.bulk_create(made, batch_size=500))


@transaction.atomic
def state(problem: Problem, objectives: Iterable[Objective], *, by: User) -> None:
    """Say what a problem needs. Mentors and organizers do; the same again changes nothing."""
    access.require_guide(by)
    wanted = {one.pk for one in objectives}
    if len(wanted) > MOST:
        raise RuleViolation(
            _("Name at most %(most)d objectives: those without which one cannot begin.") % {"most": MOST}
        )
    problem.needs.exclude(objective__in=wanted).delete()
    present = set(problem.needs.values_list("objective", flat=True))
    Need.objects.bulk_create(Need(problem=problem, objective_id=pk) for pk in sorted(wanted - present))


def mastered(user: User) -> frozenset[int]:
    """Return the objectives a person has mastered, in whatever cohort. One query."""
    return frozenset(ObjectiveMastery.objects.filter(membership__user=user).values_list("objective", flat=True))


def in_words(objectives: Collection[int]) -> dict[int, str]:
    """Return number and text of objectives, as the newest version has them. One query."""
    rows = ObjectiveVersion.objects.filter(objective__in=objectives).order_by("pk")
    return {one: f"{number} {text}" for one, number, text in rows.values_list("objective", "number", "text")}


def named() -> list[tuple[int, str]]:
    """Return the objectives that any problem needs, by number, as the newest version has them. One query."""
    some = Exists(Need.objects.filter(objective=OuterRef("objective")))
    rows = ObjectiveVersion.objects.filter(some).order_by("pk").values_list("objective", "number", "text")
    newest = {one: (number, text) for one, number, text in rows}
    ranked = sorted(newest.items(), key=lambda item: (sort_key(item[1][0]), item[0]))
    return [(one, f"{number} {text}") for one, (number, text) in ranked]


def offered(user: User) -> list[tuple[int, str]]:
    """Return the objectives of the cohorts of a person, to choose from. One query."""
    rows = ObjectiveVersion.objects.filter(
        module_version__version__adoptions__cohort__memberships__in=access.active(user)
    ).order_by("module_version__week", "position", "pk")
    return list(
        {one: f"{number} {text}" for one, number, text in rows.values_list("objective", "number", "text")}.items()
    )
