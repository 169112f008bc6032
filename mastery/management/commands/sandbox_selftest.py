"""Try to break out of the grading box, as a learner might, and say what held."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mastery.grading import code
from mastery.grading.box import Box, Bubblewrap
from mastery.grading.interpreter import SandboxUnavailable, find_interpreter
from mastery.grading.zygote import Nursery


class Command(BaseCommand):
    help = "Try from inside the grading box what it must not allow. Exits with 1 where something got through."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *, json: bool, **_options: Any) -> None:
        found = {"isolated": _tried(Bubblewrap), "zygote": _tried(Nursery)}
        if json:
            self.stdout.write(_as_json(found))
        else:
            self._say(found)
        if not all(one["ok"] for one in found.values()):
            raise CommandError("The grading box does not hold, so no code is graded on this machine that way.")

    def _say(self, found: dict[str, dict[str, Any]]) -> None:
        for box, report in found.items():
            self.stdout.write(f"{box}: {report['reason'] or ('held' if report['ok'] else 'DID NOT HOLD')}")
            for probe in report["probes"]:
                self.stdout.write(f"  {'held' if probe['held'] else 'FAILED':7}{probe['name']}: {probe['detail']}")


def _tried(kind: type[Bubblewrap] | type[Nursery]) -> dict[str, Any]:
    available = code.availability()
    if not available.ok:
        return {"ok": False, "reason": available.reason, "probes": []}
    try:
        box: Box = kind(find_interpreter())
        report = code.self_test(box)
    except SandboxUnavailable as error:
        return {"ok": False, "reason": str(error), "probes": []}
    if isinstance(box, Nursery):
        box.close()
    return {"ok": report.ok, "reason": "", "probes": [asdict(probe) for probe in report.probes]}


def _as_json(found: dict[str, dict[str, Any]]) -> str:
    return json.dumps({"ok": all(one["ok"] for one in found.values()), **found}, indent=2)
