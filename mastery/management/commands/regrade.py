"""`manage.py regrade CHECK --cohort SLUG`: what a fixed check would change in graded work; --apply changes it."""

import json as plain_json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mastery import regrade_table, regrading
from mastery.choices import RegradeState
from mastery.models import CheckVersion
from mastery.regrade_table import Row
from mastery.regrades import Regrade
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort, User


class Command(BaseCommand):
    help = "Compare graded work with a fixed check and print who would change. Goes on where an earlier call stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("check", help="the check's slug")
        parser.add_argument("--cohort", required=True, help="the cohort's slug")
        parser.add_argument("--by", required=True, help="the e-mail address of the organizer who regrades")
        parser.add_argument("--reason", default="", help="what was wrong; everybody whose marks change reads it")
        parser.add_argument("--pack-version", type=int, help="the number of the pack version (default: the live one)")
        parser.add_argument("--apply", action="store_true", help="change the ledger and write to everybody who changes")
        parser.add_argument("--may-lower", action="store_true", help="let marks go down too")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, check: str, json: bool, **options: Any) -> None:
        try:
            run = self._run(check, options)
        except RuleViolation as refused:
            raise CommandError(str(refused)) from refused
        if json:
            self.stdout.write(plain_json.dumps({"state": run.state, **asdict(regrade_table.summary(run))}, indent=2))
        else:
            self._tell(run)
        if run.state in {RegradeState.COMPARING, RegradeState.APPLYING}:
            raise CommandError("Not all is done: another worker is at it, or code cannot be graded now. Ask again.")

    def _run(self, slug: str, options: dict[str, Any]) -> Regrade:
        cohort = Cohort.objects.filter(slug=options["cohort"]).first()
        by = User.objects.filter(email__iexact=options["by"]).first()
        if cohort is None or by is None:
            raise CommandError("There is no such cohort, or nobody with this address.")
        fixed = _version(slug, options["pack_version"])
        run = regrading.begin(cohort, fixed, by=by, reason=options["reason"])
        _work(run)
        if options["apply"] and run.state == RegradeState.COMPARED:
            regrading.apply(run, by=by, may_lower=options["may_lower"])
            _work(run)
        return run

    def _tell(self, run: Regrade) -> None:
        found = regrade_table.summary(run)
        for row in _rows(run):
            self.stdout.write(_line(row))
        self.stdout.write(
            f"{found.attempts} attempts, {found.people} people change: {found.up} up, {found.down} down, "
            f"{found.mixed} both, {found.failed} could not be graded; weeks open for {found.opens}. {run.state}."
        )


def _version(slug: str, number: int | None) -> CheckVersion:
    found = CheckVersion.objects.filter(for_check__slug=slug)
    found = found.filter(version__is_live=True) if number is None else found.filter(version__number=number)
    version = found.select_related("version").first()
    if version is None:
        raise CommandError(f"No such version of a pack has a check {slug}.")
    return version


def _work(run: Regrade) -> None:
    while regrading.step(run.pk, timezone.now()):
        pass
    run.refresh_from_db()


def _rows(run: Regrade) -> Iterator[Row]:
    yield from regrade_table.rows(run, regrade_table.shown_jobs(run))


def _line(row: Row) -> str:
    items = ", ".join(f"{item.item} {item.before} -> {item.after}" for item in row.items)
    gates = "".join(f"; newly mastered: {words}" for words in row.gained)
    gates += "".join(f"; week {week} opens" for week in row.opens)
    return f"{row.job.membership} {row.job.attempt} {row.job.direction}: {items or row.job.error}{gates}"
