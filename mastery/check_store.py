"""Storing a pack's checks: every text rendered, every exercise with all that a worker needs."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from curriculum.models import Module
from mastery.check_files import CheckFolder, CodeFolder, ItemEntry, ModuleFolder
from mastery.models import Check, CheckVersion
from whitebox.packs.models import PackVersion
from whitebox.text.rendering import render, render_inline

ITEM_LEVEL = 4  # headings inside a prompt stand below the item's own


def store(modules: list[ModuleFolder], version: PackVersion) -> None:
    """Write one CheckVersion for each check; the curriculum has stored the modules before."""
    for module in modules:
        for folder in module.checks:
            _store_check(Module.objects.get(pack=version.pack, slug=module.slug), folder, version)


def _store_check(module: Module, folder: CheckFolder, version: PackVersion) -> None:
    head = folder.head.data
    check, _created = Check.objects.update_or_create(module=module, slug=head.slug, defaults={"kind": head.kind})
    specification = compiled(folder)
    CheckVersion.objects.create(
        for_check=check,
        version=version,
        digest=digest(specification),
        title=head.title,
        minutes=head.minutes,
        threshold_percent=head.threshold_percent,
        forms=sorted(folder.forms),
        specification=specification,
    )


def digest(specification: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(specification, sort_keys=True).encode()).hexdigest()


def compiled(folder: CheckFolder) -> dict[str, Any]:
    """Return what `questions.py` reads: the items of every form."""
    return {
        "forms": {
            name: [_item(item, folder.code) for item in form.data.items] for name, form in sorted(folder.forms.items())
        }
    }


def _item(item: ItemEntry, code: dict[str, CodeFolder]) -> dict[str, Any]:
    stored = {
        "slug": item.slug,
        "objective": item.objective,
        "kind": item.kind,
        "points": item.points,
        "prompt_html": _block(item.prompt, item.slug),
        "explanation_html": _block(item.explanation, f"{item.slug}-why"),
    }
    return stored | PARTS.get(item.kind, _nothing)(item, code)


def _nothing(item: ItemEntry, code: dict[str, CodeFolder]) -> dict[str, Any]:
    return {}


def _choice(item: ItemEntry, code: dict[str, CodeFolder]) -> dict[str, Any]:
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


def _numeric(item: ItemEntry, code: dict[str, CodeFolder]) -> dict[str, Any]:
    tolerance = item.tolerance
    return {
        "answer": item.answer,
        "absolute": tolerance.absolute if tolerance else None,
        "relative": tolerance.relative if tolerance else None,
        "unit": item.unit or "",
    }


def _short(item: ItemEntry, code: dict[str, CodeFolder]) -> dict[str, Any]:
    return {"accepted": item.accepted}


def _ordering(item: ItemEntry, code: dict[str, CodeFolder]) -> dict[str, Any]:
    return {"in_order": [render_inline(text).html for text in item.items_in_order or []]}


def _written(item: ItemEntry, code: dict[str, CodeFolder]) -> dict[str, Any]:
    return {
        "rubric": [{"level": level.level, "html": render_inline(level.text).html} for level in item.rubric or []],
        "mastered_from": item.mastered_from,
        "words": item.words or 0,
    }


def _code(item: ItemEntry, code: dict[str, CodeFolder]) -> dict[str, Any]:
    folder = code[item.exercise or ""]
    exercise = folder.exercise
    return {
        "exercise_html": _block(folder.entry.data.statement, f"{item.slug}-statement"),
        "exercise": {
            "function": exercise.function,
            "starter": exercise.starter,
            "reference": exercise.reference,
            "cases": exercise.cases,
            "compare": asdict(exercise.compare),
            "limits": asdict(exercise.limits),
        },
    }


PARTS: dict[str, Callable[[ItemEntry, dict[str, CodeFolder]], dict[str, Any]]] = {
    "single": _choice,
    "multiple": _choice,
    "numeric": _numeric,
    "short": _short,
    "ordering": _ordering,
    "written": _written,
    "code": _code,
}


def _block(text: str, prefix: str) -> str:
    return render(text, first_level=ITEM_LEVEL, id_prefix=f"{prefix}-").html if text else ""
