"""JSON Schemas of a pack's files, for editors that check and complete YAML while it is written."""

import json
from pathlib import Path
from typing import Any

from whitebox.packs.sections import sections


def write(root: Path) -> list[str]:
    """Write one schema for each kind of file into a folder, and settings that tie them to the files' names.

    Returns the names of the files written.
    """
    root.mkdir(parents=True, exist_ok=True)
    ties: dict[str, list[str]] = {}
    written = []
    for section in sections():
        for glob, model in section.schemas.items():
            name = f"{model.__name__.removesuffix('Entry').removesuffix('Head').lower()}.schema.json"
            if name not in ties:
                _dump(
                    root / name,
                    {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()},
                )
                written.append(name)
            ties.setdefault(name, []).append(glob)
    _dump(root / "settings.json", {"yaml.schemas": {f"./{name}": globs for name, globs in ties.items()}})
    return [*written, "settings.json"]


def _dump(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
