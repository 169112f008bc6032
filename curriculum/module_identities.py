"""Which module, objective and resource of earlier versions a pack's slugs mean. Nothing that is there is changed."""

from collections.abc import Sequence

from curriculum.models import Module, ModuleVersion, Objective, ObjectiveVersion, Resource
from curriculum.module_files import ModuleHead, ObjectiveEntry, ResourceEntry
from whitebox.packs import identities


def of_modules(heads: Sequence[ModuleHead], pack: str) -> dict[str, Module]:
    """Return the module of each slug. Its address stays the name it had first, so that old links go on to work."""
    known = {module.pk: module for module in Module.objects.filter(pack=pack)}
    rows = ModuleVersion.objects.filter(module__pack=pack).values_list(
        "version__number", "written_slug", "module__slug", "module"
    )
    history = identities.by_version((number, name or slug, key) for number, name, slug, key in rows)
    found = identities.resolve([(head.slug, head.aliases) for head in heads], history)
    taken = {module.slug for module in known.values()}
    modules = {}
    for head, key in zip(heads, found, strict=True):
        if key is None:
            name = identities.free(head.slug, taken)
            taken.add(name)
            modules[head.slug] = Module.objects.create(pack=pack, slug=name)
        else:
            modules[head.slug] = known[key]
    return modules


def of_objectives(entries: Sequence[tuple[ModuleVersion, ObjectiveEntry]], pack: str) -> dict[str, Objective]:
    """Return the objective of each slug. One that moved to another module stays the same objective."""
    known = {objective.pk: objective for objective in Objective.objects.filter(module__pack=pack)}
    rows = ObjectiveVersion.objects.filter(objective__module__pack=pack).values_list(
        "module_version__version__number", "written_slug", "objective__slug", "objective"
    )
    history = identities.by_version((number, name or slug, key) for number, name, slug, key in rows)
    found = identities.resolve([(entry.slug, entry.aliases) for _stored, entry in entries], history)
    taken = {objective.slug for objective in known.values()}
    missing = {}
    for (stored, entry), key in zip(entries, found, strict=True):
        if key is None:
            name = identities.free(entry.slug, taken)
            taken.add(name)
            missing[entry.slug] = Objective(module_id=stored.module_id, slug=name)
    made = dict(zip(missing, Objective.objects.bulk_create(missing.values()), strict=True))
    return made | {entry.slug: known[key] for (_s, entry), key in zip(entries, found, strict=True) if key is not None}


def of_resources(entries: Sequence[ResourceEntry], module: int) -> dict[str, str]:
    """Return the name by which ticks know each resource: the one it had first."""
    rows = Resource.objects.filter(module_version__module=module).values_list(
        "module_version__version__number", "written_slug", "slug"
    )
    known = list(rows)
    history = identities.by_version((number, name or slug, slug) for number, name, slug in known)
    found = identities.resolve([(entry.slug, entry.aliases) for entry in entries], history)
    taken = {slug for _number, _name, slug in known}
    names = {}
    for entry, key in zip(entries, found, strict=True):
        names[entry.slug] = identities.free(entry.slug, taken) if key is None else key
        taken.add(names[entry.slug])
    return names
