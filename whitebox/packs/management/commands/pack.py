"""`manage.py pack check DIR` and `manage.py pack load DIR`."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whitebox.packs import loading, sections
from whitebox.packs.reports import Report, Severity


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
            self._finish(Report(), as_json=json, done=f"Loaded {version}; it is live.", version=str(version))

    def _finish(self, report: Report, *, as_json: bool, done: str, version: str = "") -> None:
        if as_json:
            answer = {"ok": not report.has_errors, "problems": [asdict(problem) for problem in report.ordered()]}
            self.stdout.write(json.dumps(answer | ({"version": version} if version else {}), indent=2))
        else:
            for problem in report.ordered():
                self.stdout.write(str(problem))
        if report.has_errors:
            errors = sum(problem.severity == Severity.ERROR for problem in report.ordered())
            raise CommandError(f"The pack has {errors} errors. Nothing was changed.", returncode=1)
        if not as_json:
            self.stdout.write(done)
