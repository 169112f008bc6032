"""From checked files to rows: one module version with all that belongs to it, in few statements."""

from typing import Any

from curriculum.models import (
    Corrective,
    Figure,
    Module,
    ModuleVersion,
    Objective,
    ObjectiveVersion,
    Resource,
)
from curriculum.module_files import ModuleFolder, ModuleHead, ObjectiveEntry, ResourceEntry
from curriculum.module_text import fragment, rendered, split
from whitebox.packs.models import PackVersion


def store(modules: list[ModuleFolder], version: PackVersion) -> None:
    """Store the modules of a pack that passed its check. The caller holds the transaction."""
    made = [_module_version(module, module.head.data, version) for module in modules if module.head is not None]
    by_folder = dict(zip([module.name for module in modules], ModuleVersion.objects.bulk_create(made), strict=True))
    Resource.objects.bulk_create(
        _resource(by_folder[module.name], position, entry)
        for module in modules
        if module.head is not None
        for position, entry in enumerate(module.head.data.resources, start=1)
    )
    Figure.objects.bulk_create(
        Figure(module_version=by_folder[module.name], name=one.name, digest=one.digest, content=one.content)
        for module in modules
        for one in module.drawings.values()
    )
    _store_objectives(modules, by_folder, version.pack)


def _module_version(module: ModuleFolder, head: ModuleHead, version: PackVersion) -> ModuleVersion:
    text = split(module, rendered(module))
    return ModuleVersion(
        module=_identity(version.pack, head),
        version=version,
        week=head.week,
        title=head.title,
        summary=head.summary,
        status=head.status,
        before_html=text.before,
        in_html=text.inside,
        after_html=text.after,
        contents=text.contents,
        agenda=[
            {"minutes": step.minutes, "title": step.title, "html": fragment(step.text, level=4, prefix=f"step-{at}-")}
            for at, step in enumerate(head.agenda, start=1)
        ],
        exercises=[
            entry.model_dump(include={"slug", "title", "minutes", "difficulty", "importance"})
            | {"html": fragment(entry.text, level=4, prefix=f"exercise-{entry.slug}-")}
            for entry in head.exercises
        ],
    )


def _identity(pack: str, head: ModuleHead) -> Module:
    """Return the module that a slug or one of its older names means; it takes the present name."""
    found = Module.objects.filter(pack=pack, slug=head.slug).first()
    if found is None and head.aliases:
        found = Module.objects.filter(pack=pack, slug__in=head.aliases).first()
    if found is None:
        return Module.objects.create(pack=pack, slug=head.slug)
    if found.slug != head.slug:
        found.slug = head.slug
        found.save(update_fields=["slug"])
    return found


def _resource(module_version: ModuleVersion, position: int, entry: ResourceEntry) -> Resource:
    facts: dict[str, Any] = entry.model_dump(include={"slug", "title", "authors", "url", "kind", "minutes", "why"})
    return Resource(
        module_version=module_version,
        position=position,
        year=entry.year if isinstance(entry.year, int) else None,
        minutes_are_real=entry.minutes_are == "real",
        is_required=entry.required,
        **facts,
    )


def _store_objectives(modules: list[ModuleFolder], by_folder: dict[str, ModuleVersion], pack: str) -> None:
    entries = [
        (by_folder[module.name], position, entry)
        for module in modules
        if module.objectives is not None
        for position, entry in enumerate(module.objectives.data.root, start=1)
    ]
    identities = _objective_identities(entries, pack)
    made = ObjectiveVersion.objects.bulk_create(
        ObjectiveVersion(
            objective=identities[entry.slug],
            module_version=module_version,
            position=position,
            number=entry.number,
            text=entry.text,
            topic=entry.topic,
            is_blocking=entry.blocking,
        )
        for module_version, position, entry in entries
    )
    Corrective.objects.bulk_create(
        Corrective(
            objective_version=objective_version,
            position=position,
            slug=corrective.slug,
            title=corrective.title,
            kind=corrective.kind,
            minutes=corrective.minutes,
            html=fragment(corrective.text, level=4, prefix=f"{corrective.slug}-"),
        )
        for objective_version, (_module_version, _position, entry) in zip(made, entries, strict=True)
        for position, corrective in enumerate(entry.correctives, start=1)
    )


def _objective_identities(entries: list[tuple[ModuleVersion, int, ObjectiveEntry]], pack: str) -> dict[str, Objective]:
    """Return the objectives by slug. One that moved to another module stays the same objective."""
    known = {one.slug: one for one in Objective.objects.filter(module__pack=pack)}
    missing = [
        Objective(module_id=module_version.module_id, slug=entry.slug)
        for module_version, _position, entry in entries
        if entry.slug not in known
    ]
    moved = [
        known[entry.slug]
        for module_version, _position, entry in entries
        if entry.slug in known and known[entry.slug].module_id != module_version.module_id
    ]
    homes = {entry.slug: module_version.module_id for module_version, _position, entry in entries}
    for objective in moved:
        objective.module_id = homes[objective.slug]
    Objective.objects.bulk_update(moved, ["module"])
    return known | {one.slug: one for one in Objective.objects.bulk_create(missing)}
