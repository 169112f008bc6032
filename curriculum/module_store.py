"""From checked files to rows: one module version with all that belongs to it, in few statements."""

from typing import Any

from curriculum import module_identities
from curriculum.models import Corrective, Figure, Module, ModuleVersion, ObjectiveVersion, Resource
from curriculum.module_files import ModuleFolder, ModuleHead, ObjectiveEntry, ResourceEntry
from curriculum.module_text import PARTS, Text, fragment, rendered, split
from whitebox.packs.models import PackVersion
from whitebox.text.rendered import Rendered


def store(modules: list[ModuleFolder], version: PackVersion) -> None:
    """Store the modules of a pack that passed its check. The caller holds the transaction."""
    heads = [(module, module.head.data) for module in modules if module.head is not None]
    identities = module_identities.of_modules([head for _module, head in heads], version.pack)
    texts = {module.name: rendered(module) for module in modules}
    made = ModuleVersion.objects.bulk_create(
        _module_version(head, split(module, texts[module.name]), identities, version) for module, head in heads
    )
    by_folder = dict(zip([module.name for module in modules], made, strict=True))
    names = {by_folder[module.name].pk: _resource_names(by_folder[module.name], head) for module, head in heads}
    Resource.objects.bulk_create(
        _resource(by_folder[module.name], position, entry, names[by_folder[module.name].pk])
        for module, head in heads
        for position, entry in enumerate(head.resources, start=1)
    )
    Figure.objects.bulk_create(
        Figure(module_version=by_folder[module.name], name=one.name, digest=one.digest, content=one.content)
        for module in modules
        for one in (*module.drawings.values(), module.sheet)
        if one is not None
    )
    headings = {by_folder[module.name].pk: _headings(texts[module.name]) for module in modules}
    _store_objectives(modules, by_folder, headings, version.pack)


def _resource_names(stored: ModuleVersion, head: ModuleHead) -> dict[str, str]:
    return module_identities.of_resources(head.resources, stored.module_id)


def _module_version(head: ModuleHead, text: Text, identities: dict[str, Module], version: PackVersion) -> ModuleVersion:
    return ModuleVersion(
        module=identities[head.slug],
        written_slug=head.slug,
        waits_for=None if head.requires is None else [identities[slug].pk for slug in head.requires],
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


def _resource(module_version: ModuleVersion, position: int, entry: ResourceEntry, names: dict[str, str]) -> Resource:
    facts: dict[str, Any] = entry.model_dump(include={"title", "authors", "url", "kind", "minutes", "why"})
    return Resource(
        module_version=module_version,
        position=position,
        slug=names[entry.slug],
        written_slug=entry.slug,
        year=entry.year if isinstance(entry.year, int) else None,
        minutes_are_real=entry.minutes_are == "real",
        is_required=entry.required,
        **facts,
    )


def _store_objectives(
    modules: list[ModuleFolder], by_folder: dict[str, ModuleVersion], headings: dict[int, dict[str, str]], pack: str
) -> None:
    entries = [
        (by_folder[module.name], position, entry)
        for module in modules
        if module.objectives is not None
        for position, entry in enumerate(module.objectives.data.root, start=1)
    ]
    identities = module_identities.of_objectives([(stored, entry) for stored, _position, entry in entries], pack)
    made = ObjectiveVersion.objects.bulk_create(
        ObjectiveVersion(
            objective=identities[entry.slug],
            module_version=module_version,
            position=position,
            written_slug=entry.slug,
            taught_in=_taught_in(entry, headings[module_version.pk]),
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


def _headings(whole: Rendered) -> dict[str, str]:
    """Return the place on the page of each heading of a module's text."""
    found = {heading.text: heading.slug for heading in whole.headings}
    return found | dict(zip(PARTS, ("before", "session", "after"), strict=True))


def _taught_in(entry: ObjectiveEntry, headings: dict[str, str]) -> list[dict[str, str]]:
    return [{"text": text, "slug": headings[text]} for text in entry.taught_in if text in headings]
