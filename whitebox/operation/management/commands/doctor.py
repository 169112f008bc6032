"""`manage.py doctor`: a line for each part, and what to do where something is wrong."""

import json as notation
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whitebox.operation import doctor
from whitebox.operation.diagnosis import Diagnosis, Verdict

MARKS = {Verdict.FINE: "ok", Verdict.WARNING: "look", Verdict.BROKEN: "BROKEN"}


class Command(BaseCommand):
    help = "Examine every part of this site. Exits with 1 where something is broken."
    requires_system_checks = []  # They are part of what is examined.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *, json: bool, **_options: Any) -> None:
        found = doctor.examine()
        bad = [one for one in found if one.verdict == Verdict.BROKEN]
        if json:
            rows = [one.as_row() for one in found]
            self.stdout.write(notation.dumps({"ok": not bad, "parts": rows}, indent=2))
        else:
            for one in found:
                self._say(one)
        if bad:
            parts = ", ".join(dict.fromkeys(one.part for one in bad))
            raise CommandError(f"Broken: {parts}.", returncode=1)

    def _say(self, one: Diagnosis) -> None:
        self.stdout.write(f"{MARKS[one.verdict]:7}{one.part}: {one.found}")
        if one.do:
            self.stdout.write(f"{'':9}{one.do}")
