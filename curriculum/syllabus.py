"""What a pack version says, kept in the process: a version never changes, so every reader may share it.

The rows are shared between requests. Nobody writes to them; what belongs to one person stands beside them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from curriculum.choices import ModuleStatus
from curriculum.models import TEXTS, Corrective, ModuleVersion, ObjectiveVersion, Resource
from whitebox.packs.models import Adoption, PackVersion
from whitebox.people.models import Cohort

Key = tuple[int, str]  # a PackVersion's primary key, and its digest: a key alone may come back after a roll-back
VERSIONS = 16  # cohorts of one time follow few versions; one takes about 0.3 MB without its texts
TEXTS_KEPT = 32  # modules, each up to 0.3 MB


@dataclass(frozen=True, slots=True, eq=False)
class Syllabus:
    """The modules of a version without their texts, in the order of weeks."""

    key: Key | None
    objectives: Mapping[ModuleVersion, Sequence[ObjectiveVersion]]
    resources: Mapping[int, Sequence[Resource]]  # by module version
    correctives: Mapping[int, Corrective]  # without their texts, by primary key
    asked_first: Mapping[int, Sequence[ObjectiveVersion]]  # by module: the blocking objectives that its gate asks for

    @property
    def modules(self) -> list[ModuleVersion]:
        return list(self.objectives)


NOTHING = Syllabus(None, {}, {}, {}, {})


def of_page(cohort: Cohort) -> Syllabus:
    """Return what a cohort follows by the adoption that came with it. Only for pages: a verb needs the present row."""
    adoption: Adoption | None = getattr(cohort, "adoption", None)
    return of_version(adoption.version.pk, adoption.version.digest) if adoption else NOTHING


def present(cohort_id: int) -> Syllabus:
    """Return what a cohort follows now: one query for the version, and none for what it says once that is kept."""
    key = PackVersion.objects.filter(adoptions__cohort=cohort_id).values_list("pk", "digest").first()
    return of_version(*key) if key else NOTHING


@lru_cache(maxsize=VERSIONS)
def of_version(pk: int, digest: str) -> Syllabus:
    """Read a version once a process: three queries."""
    rows = ObjectiveVersion.objects.filter(module_version__version=pk)
    loaded = rows.select_related("module_version__module", "objective").defer(*(f"module_version__{t}" for t in TEXTS))
    shared: dict[int, ModuleVersion] = {}
    objectives: dict[ModuleVersion, list[ObjectiveVersion]] = {}
    for row in loaded.order_by("module_version__week", "module_version", "position"):
        row.module_version = shared.setdefault(row.module_version_id, row.module_version)
        objectives.setdefault(row.module_version, []).append(row)
    correctives = _correctives(pk, objectives.values())
    return Syllabus((pk, digest), objectives, _resources(pk), correctives, _asked_first(objectives))


def _asked_first(objectives: Mapping[ModuleVersion, Sequence[ObjectiveVersion]]) -> dict[int, list[ObjectiveVersion]]:
    """Return what each module's gate asks for: of the modules that the pack names, or of the nearest before.

    Only complete modules are waited for; an outline blocks nobody.
    """
    complete = [one for one in objectives if one.status == ModuleStatus.COMPLETE]
    found: dict[int, list[ObjectiveVersion]] = {}
    for module in objectives:
        if module.waits_for is None:
            before = [one for one in complete if one.week < module.week][-1:]
        else:
            before = [one for one in complete if one.module_id in module.waits_for]
        found[module.module_id] = [one for each in before for one in objectives[each] if one.is_blocking]
    return found


def _resources(version_id: int) -> dict[int, list[Resource]]:
    found: dict[int, list[Resource]] = {}
    for row in Resource.objects.filter(module_version__version=version_id).order_by("position"):
        found.setdefault(row.module_version_id, []).append(row)
    return found


def _correctives(version_id: int, objectives: Iterable[Sequence[ObjectiveVersion]]) -> dict[int, Corrective]:
    by_key = {one.pk: one for some in objectives for one in some}
    rows = Corrective.objects.filter(objective_version__module_version__version=version_id).defer("html").order_by()
    found = {row.pk: row for row in rows}
    for row in found.values():
        row.objective_version = by_key[row.objective_version_id]
    return found


def with_text(module: ModuleVersion, key: Key) -> ModuleVersion:
    """Return a module of the version `key` with its text."""
    return _text(module.pk, key)


@lru_cache(maxsize=TEXTS_KEPT)
def _text(pk: int, _key: Key) -> ModuleVersion:
    return ModuleVersion.objects.select_related("module").get(pk=pk)


def forget() -> None:
    """Drop what is kept. Tests do so: their versions never were committed."""
    of_version.cache_clear()
    _text.cache_clear()
