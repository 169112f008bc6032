"""`manage.py problems_import FILE`: exit code 1 and nothing imported where any row has an error."""

import json as json_text
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sprints import importing, sheets
from sprints.bank import PUBLIC_LIST
from sprints.importing import Action, Entry, Plan

SHOWN = 20  # rows of a person's summary; --json lists all


class Command(BaseCommand):
    help = "Import a list of problems (CSV). With any error nothing is imported. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--source", default=PUBLIC_LIST, help="the source whose numbers these are: its short name")
        parser.add_argument("--encoding", default="", help="of a file without a mark that is not UTF-8, such as cp1252")

    def handle(
        self, *args: Any, file: Path, dry_run: bool, json: bool, source: str, encoding: str, **options: Any
    ) -> None:
        plan = importing.run(sheets.read(_content(file), encoding=encoding), source, is_trial=dry_run)
        if json:
            self.stdout.write(json_text.dumps(as_json(plan, is_trial=dry_run), indent=2, ensure_ascii=False))
        else:
            self._tell(plan, is_trial=dry_run)
        if plan.has_errors:
            raise CommandError("The file has errors. Nothing was imported.", returncode=1)

    def _tell(self, plan: Plan, *, is_trial: bool) -> None:
        for trouble in plan.troubles:
            self.stdout.write(str(trouble))
        changed = [entry for entry in plan.entries if entry.action == Action.CHANGED]
        for entry in changed[:SHOWN]:
            self.stdout.write(f"row {entry.parsed.row}: {entry.parsed.number} changes {', '.join(entry.changes)}")
        if len(changed) > SHOWN:
            self.stdout.write(f"and {len(changed) - SHOWN} more changed rows (--json lists them)")
        counts = ", ".join(f"{plan.count(action)} {action}" for action in Action)
        done = "Imported" if plan.is_applied else "Would import" if is_trial else "Not imported"
        self.stdout.write(
            f"{done} into {plan.source}: {counts}; {plan.absent} not in the file, kept. Read as {plan.sheet.encoding}."
        )


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(sheets.LARGEST_FILE + 1)
    except OSError as wrong:
        raise CommandError(f"{file} cannot be read: {wrong.strerror}.") from wrong


def as_json(plan: Plan, *, is_trial: bool) -> dict[str, Any]:
    """Return a plan as the documented JSON; see docs/guides/problems.md."""
    return {
        "ok": not plan.has_errors,
        "dry_run": is_trial,
        "applied": plan.is_applied,
        "source": plan.source,
        "encoding": plan.sheet.encoding,
        "header_row": plan.sheet.header_row,
        "counts": {str(action): plan.count(action) for action in Action} | {"absent": plan.absent},
        "rows": [_entry(entry) for entry in plan.entries],
        "problems": [
            {
                "row": trouble.row,
                "line": trouble.line,
                "severity": str(trouble.severity),
                "message": trouble.message,
                "suggestion": trouble.suggestion,
            }
            for trouble in plan.troubles
        ],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "row": entry.parsed.row,
        "line": entry.parsed.line,
        "number": entry.parsed.number,
        "ordinal": entry.ordinal,
        "action": str(entry.action),
        "changes": {name: list(values) for name, values in entry.changes.items()},
    }
