"""`manage.py pack check DIR` and `manage.py pack load DIR`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whitebox.packs import loading, sections
from whitebox.packs.reports import Report


class Command(BaseCommand):
    help = "Check or load a programme pack. A pack with errors changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        for name, about in (
            ("check", "list every error with file and line"),
            ("load", "check, then store it as a version and put it live"),
        ):
            step = steps.add_parser(name, help=about)
            step.add_argument("folder", type=Path)
            step.add_argument("--json", action="store_true", help="print the result as JSON")
            if name == "check":
                step.add_argument(
                    "--run-checks", action="store_true", help="also run references and mutants in the sandbox"
                )

    def handle(self, *args: Any, step: str, folder: Path, json: bool, **options: Any) -> None:  # argparse's names
        if step == "check":
            look = sections.run_checks if options["run_checks"] else sections.check
            self._finish(look(folder), as_json=json, done="The pack is fine.")
            return
        try:
            version = loading.load(folder, by=None)
        except loading.BrokenPack as broken:
            self._finish(broken.report, as_json=json, done="")
        else:
            self._finish(Report(), as_json=json, done=f"Loaded {version}; it is live.")

    def _finish(self, report: Report, *, as_json: bool, done: str) -> None:
        problems = report.ordered()
        if as_json:
            rows = [
                {
                    "file": p.file,
                    "line": p.line,
                    "severity": p.severity,
                    "message": p.message,
                    "suggestion": p.suggestion,
                }
                for p in problems
            ]
            self.stdout.write(json.dumps({"ok": not report.has_errors, "problems": rows}, indent=2))
        else:
            for problem in problems:
                self.stdout.write(str(problem))
        if report.has_errors:
            raise CommandError(f"The pack has {len(problems)} problems. Nothing was changed.", returncode=1)
        if not as_json:
            self.stdout.write(done)
