"""Storing a pack's checks: every text rendered, every exercise with all that a worker needs."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from curriculum.models import ModuleVersion, ObjectiveVersion
from mastery.check_files import CheckFolder, ItemEntry, ModuleFolder
from mastery.generated import choices_of, with_marks
from mastery.models import Check, CheckVersion
from whitebox.errors import RuleViolation
from whitebox.packs import identities
from whitebox.packs.models import PackVersion
from whitebox.text.rendering import render, render_inline

HEAVY = ("specification", "version__programme", "version__milestones")
ITEM_LEVEL = 4  # headings inside a prompt stand below the item's own


def store(modules: list[ModuleFolder], version: PackVersion) -> None:
    """Write one CheckVersion for each check; the curriculum has stored the modules before."""
    stored = {one.written_slug: one for one in ModuleVersion.objects.filter(version=version).without_text()}
    folders = [(stored[module.slug], folder) for module in modules for folder in module.checks]
    for (module, folder), check in zip(folders, _identities(folders, version.pack), strict=True):
        _store_check(check, module, folder, version)


def _identities(folders: list[tuple[ModuleVersion, CheckFolder]], pack: str) -> list[Check]:
    """Return the check that each slug means. A check keeps its kind: attempts and gates depend on it."""
    rows = list(CheckVersion.objects.filter(version__pack=pack).select_related("for_check", "version").defer(*HEAVY))
    known = {row.for_check_id: row.for_check for row in rows}
    history = identities.by_version(
        (row.version.number, row.written_slug or row.for_check.slug, row.for_check_id) for row in rows
    )
    heads = [folder.head.data for _module, folder in folders]
    found = identities.resolve([(head.slug, head.aliases) for head in heads], history)
    taken = {check.slug for check in known.values()}
    checks = []
    for (module, _folder), head, key in zip(folders, heads, found, strict=True):
        if key is None:
            name = identities.free(head.slug, taken)
            taken.add(name)
            checks.append(Check.objects.create(module_id=module.module_id, slug=name, kind=head.kind))
            continue
        if known[key].kind != head.kind:
            words = _("The check “%(slug)s” was of another kind before. Give the new one another slug.")
            raise RuleViolation(words % {"slug": head.slug})
        checks.append(known[key])
    return checks


def _store_check(check: Check, module: ModuleVersion, folder: CheckFolder, version: PackVersion) -> None:
    head = folder.head.data
    specification = compiled(folder, _objective_names(module))
    CheckVersion.objects.create(
        for_check=check,
        version=version,
        written_slug=head.slug,
        digest=digest(specification),
        title=head.title,
        minutes=head.minutes,
        threshold_percent=head.threshold_percent,
        time_limit=head.time_limit,
        is_paged=head.one_item_a_page,
        forms=sorted(folder.forms),
        generated=[name for name, form in sorted(folder.forms.items()) if all(item.values for item in form.data.items)],
        specification=specification,
    )


def _objective_names(module: ModuleVersion) -> dict[str, str]:
    """Return the lasting name of each objective by the slug it has in this version."""
    said = ObjectiveVersion.objects.filter(module_version=module)
    return {name or slug: slug for name, slug in said.values_list("written_slug", "objective__slug")}


def digest(specification: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(specification, sort_keys=True).encode()).hexdigest()


def compiled(folder: CheckFolder, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what `questions.py` reads: the items of every form, each with the lasting name of its objective."""
    return {
        "forms": {
            name: [_item(item, folder) | {"objective": names[item.objective]} for item in form.data.items]
            for name, form in sorted(folder.forms.items())
        }
    }


def _item(item: ItemEntry, folder: CheckFolder) -> dict[str, Any]:
    item = with_marks(item)
    stored = {
        "slug": item.slug,
        "objective": item.objective,
        "kind": item.kind,
        "points": item.points,
        "prompt_html": _block(item.prompt, item.slug),
        "explanation_html": _block(item.explanation, f"{item.slug}-why"),
    }
    drawn = {"values": choices_of(item)} if item.values else {}
    return stored | drawn | PARTS[item.kind](item, folder)


def _choice(item: ItemEntry, folder: CheckFolder) -> dict[str, Any]:
    return {
        "options": [
            {
                "html": render_inline(option.text).html,
                "feedback_html": render_inline(option.feedback).html,
                "correct": option.correct,
            }
            for option in item.options or []
        ]
    }


def _numeric(item: ItemEntry, folder: CheckFolder) -> dict[str, Any]:
    tolerance = item.tolerance
    return {
        "answer": item.answer,
        "absolute": tolerance.absolute if tolerance else None,
        "relative": tolerance.relative if tolerance else None,
        "unit": item.unit or "",
        **({"units": item.units} if item.units else {}),
    }


def _short(item: ItemEntry, folder: CheckFolder) -> dict[str, Any]:
    return {"accepted": item.accepted or [], **({"patterns": item.patterns} if item.patterns else {})}


def _ordering(item: ItemEntry, folder: CheckFolder) -> dict[str, Any]:
    return {"in_order": [render_inline(text).html for text in item.items_in_order or []]}


def _written(item: ItemEntry, folder: CheckFolder) -> dict[str, Any]:
    return {
        "rubric": [{"level": level.level, "html": render_inline(level.text).html} for level in item.rubric or []],
        "mastered_from": item.mastered_from,
        "words": item.words or 0,
    }


def _oral(item: ItemEntry, folder: CheckFolder) -> dict[str, Any]:
    """A talk: its questions are kept with the item, and only the one that is drawn is ever shown."""
    bank = folder.banks[item.bank or ""].data
    return {
        "bank": item.bank,
        "questions": [
            {
                "slug": one.slug,
                "html": _block(one.text, f"{item.slug}-{one.slug}"),
                "listen_for_html": _block(one.listen_for, f"{item.slug}-{one.slug}-hear"),
            }
            for one in bank.questions
        ],
        "rubric": [{"level": level.level, "html": render_inline(level.text).html} for level in bank.rubric],
        "mastered_from": bank.mastered_from,
    }


def _code(item: ItemEntry, folder: CheckFolder) -> dict[str, Any]:
    code = folder.code[item.exercise or ""]
    exercise = code.exercise
    return {
        "exercise_html": _block(code.entry.data.statement, f"{item.slug}-statement"),
        "exercise": {
            "function": exercise.function,
            "starter": exercise.starter,
            "reference": exercise.reference,
            "cases": exercise.cases,
            "compare": asdict(exercise.compare),
            "limits": asdict(exercise.limits),
            **({"files": list(exercise.files)} if exercise.files else {}),
        },
        "facts": code.entry.data.model_dump(include={"difficulty", "importance", "minutes"}),
    }


PARTS: dict[str, Callable[[ItemEntry, CheckFolder], dict[str, Any]]] = {
    "single": _choice,
    "multiple": _choice,
    "numeric": _numeric,
    "short": _short,
    "ordering": _ordering,
    "written": _written,
    "oral": _oral,
    "code": _code,
}


def _block(text: str, prefix: str) -> str:
    return render(text, first_level=ITEM_LEVEL, id_prefix=f"{prefix}-").html if text else ""
