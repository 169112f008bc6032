"""Kill workers and the broker while code is graded, and show that nothing is lost, doubled or charged."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from mastery.drill.faults import Drill, Report
from mastery.drill.ground import Broker, Workers, database
from mastery.grading import code
from whitebox.errors import RuleViolation

INSIDE = "FAULT_DRILL_FOLDER"  # set for the process that works on the scratch database


class Command(BaseCommand):
    help = (
        "Hand in many right solutions on a scratch database while workers and a Redis of the drill's own are killed "
        "and every message comes twice. Needs PostgreSQL, redis-server and the sandbox; the site is not touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobs", type=int, default=1000, help="how many submissions (default 1000)")
        parser.add_argument("--workers", type=int, default=2, help="how many worker processes (default 2)")
        parser.add_argument(
            "--seed", type=int, default=None, help="draws the faults; a random one where it is left out"
        )
        parser.add_argument(
            "--patience", type=float, default=600, help="seconds in which no job ends until the rest counts as lost"
        )
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *, jobs: int, workers: int, json: bool, **options: Any) -> None:
        if jobs < 1 or workers < 1:
            raise CommandError("The drill needs at least one job and one worker.")
        if not code.availability().ok:
            raise CommandError(f"The drill grades real code. {code.availability().reason}")
        if INSIDE in os.environ:
            self._inside(jobs, workers, is_json=json, **options)
        else:
            self._around()

    def _around(self) -> None:
        """Make the ground and let a process of its own work on it: settings are read once."""
        try:
            with tempfile.TemporaryDirectory() as folder, database() as address:
                environment = os.environ | {"DATABASE_URL": address, INSIDE: folder, "VAR_DIR": folder, "REDIS_URL": ""}
                environment |= {"SECRET_KEY": settings.SECRET_KEY, "EMAIL_URL": "filemail://"}
                broker = Broker(Path(folder))
                broker.kill()  # The process inside starts it again on the same port.
                line = [sys.executable, *sys.argv]
                done = subprocess.run(line, env=environment | {"REDIS_URL": broker.address}, check=False)  # noqa: S603 - our own words
        except RuleViolation as refused:
            raise CommandError(str(refused)) from refused
        if done.returncode:
            raise CommandError("The drill did not pass.", returncode=done.returncode)

    def _inside(
        self, jobs: int, workers: int, *, seed: int | None, patience: float, is_json: bool, **_rest: Any
    ) -> None:
        say = (lambda _words: None) if is_json else self.stdout.write
        folder = Path(os.environ[INSIDE])
        call_command("migrate", verbosity=0)
        broker = Broker(folder, address=settings.REDIS_URL)
        crew = Workers(dict(os.environ), folder / "worker.log", count=workers)
        try:
            chosen = secrets.randbelow(10**6) if seed is None else seed
            report = Drill(broker, crew, Report(jobs, chosen), patience=patience).run(say)
        finally:
            crew.end()
            broker.kill()
        self._show(report, is_json=is_json)
        if not report.is_ok:
            raise CommandError("Something was lost, doubled, charged or given up without a reason.")

    def _show(self, report: Report, *, is_json: bool) -> None:
        found = report.as_json()
        if is_json:
            self.stdout.write(json.dumps(found, indent=2))
            return
        for name, value in found.items():
            self.stdout.write(f"{name:18}{value}")
