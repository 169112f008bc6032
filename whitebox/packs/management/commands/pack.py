"""`manage.py pack`: write, check, compare, load, publish, move and export programme packs."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.packs import exporting, live, loading, moving, schemas, sections
from whitebox.packs.contents import ContentsError
from whitebox.packs.differences import Difference
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report
from whitebox.people.models import Cohort


class Command(BaseCommand):
    help = "Work on programme packs. A pack with errors changes nothing."
    requires_system_checks = ()  # They look at the site, and cost an author who checks a folder a second each time.

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        new = steps.add_parser("new", help="write a small commented pack to start from")
        schema = steps.add_parser("schema", help="write JSON Schemas for editors")
        check = steps.add_parser("check", help="list every mistake with file and line")
        check.add_argument("--run-checks", action="store_true", help="also run references and mutants in the sandbox")
        diff = steps.add_parser("diff", help="show what loading would change in the live version")
        load = steps.add_parser("load", help="check, store as a version, show the differences, put it live")
        load.add_argument(
            "--unpublished", action="store_true", help="leave the present version live; staff can preview"
        )
        for step in (new, schema, check, diff, load):
            step.add_argument("folder", type=Path)
        for step in (check, diff, load):
            step.add_argument("--json", action="store_true", help="print the result as JSON")
        steps.add_parser("versions", help="list the versions that are stored")
        publish = steps.add_parser("publish", help="put a stored version live")
        publish.add_argument("version", help="as `versions` lists it, for example mechinterp-2")
        move = steps.add_parser("move", help="show what moving a cohort to a version changes; --apply moves it")
        move.add_argument("cohort", help="the slug of the cohort")
        move.add_argument("version")
        move.add_argument("--apply", metavar="REASON", default="", help="move it; the reason is kept with the record")
        export = steps.add_parser("export", help="write the pack that a cohort follows")
        export.add_argument("cohort")
        export.add_argument("folder", type=Path)

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        run: Callable[..., None] = getattr(self, f"_{step}")
        try:
            run(**options)
        except loading.BrokenPack as broken:
            self._finish(broken.report, as_json=bool(options.get("json")), done="")
        except (RuleViolation, ContentsError, OSError) as refused:
            raise CommandError(str(refused), returncode=1) from refused

    def _new(self, *, folder: Path, **_options: Any) -> None:
        exporting.start(folder)
        self.stdout.write(f"Wrote a pack to {folder}. Check it: manage.py pack check {folder}")

    def _schema(self, *, folder: Path, **_options: Any) -> None:
        for name in schemas.write(folder):
            self.stdout.write(f"{folder / name}")

    def _check(self, *, folder: Path, json: bool, run_checks: bool, **_options: Any) -> None:
        look = sections.run_checks if run_checks else sections.check
        self._finish(look(folder), as_json=json, done="The pack is fine.")

    def _diff(self, *, folder: Path, json: bool, **_options: Any) -> None:
        found = live.differences_to(loading.checked(folder))
        self._finish(Report(), as_json=json, done="", differences=found)

    def _load(self, *, folder: Path, json: bool, unpublished: bool, **_options: Any) -> None:
        checked = loading.checked(folder)
        found = live.differences_to(checked)
        version = (loading.stage if unpublished else loading.load)(checked, by=None)
        state = "only staff can look at it" if version.is_unpublished else "it is live"
        if unpublished and not version.is_unpublished:
            state = "it was published before"
        done = f"Loaded {version}; {state}."
        self._finish(Report(), as_json=json, done=done, version=str(version), differences=found)

    def _versions(self, **_options: Any) -> None:
        for version in PackVersion.objects.order_by("pack", "number"):
            state = "live" if version.is_live else ("unpublished" if version.is_unpublished else "older")
            cohorts = ", ".join(version.adoptions.order_by("cohort").values_list("cohort__slug", flat=True))
            self.stdout.write(f"{version.pack}-{version.number}\t{state}\t{cohorts}".rstrip())

    def _publish(self, *, version: str, **_options: Any) -> None:
        found = _version(version)
        loading.put_live(found, by=None)
        self.stdout.write(f"{found} is live.")

    def _move(self, *, cohort: str, version: str, apply: str, **_options: Any) -> None:
        plan = moving.plan(_cohort(cohort), _version(version))
        if plan.left is None:
            raise CommandError("This cohort follows no pack yet.", returncode=1)
        for one in plan.consequences:
            people = "" if one.people is None else f" People: {one.people}."
            self.stdout.write(f"{'REFUSED ' if one.is_refusal else ''}{one.what}{people}")
        self._list(plan.differences)
        if apply:
            moving.move(plan.cohort, plan.taken, reason=apply, by=None)
            self.stdout.write(f"{cohort} follows {plan.taken} now. Marks already given stay as they are.")
        else:
            self.stdout.write("Nothing was changed. To move the cohort, add --apply REASON.")

    def _export(self, *, cohort: str, folder: Path, **_options: Any) -> None:
        version = exporting.export(_cohort(cohort), folder)
        self.stdout.write(f"Wrote {version} to {folder}.")

    def _list(self, differences: Iterable[Difference]) -> None:
        for one in differences:
            self.stdout.write(str(one))

    def _finish(
        self,
        report: Report,
        *,
        as_json: bool,
        done: str,
        version: str = "",
        differences: Iterable[Difference] | None = None,
    ) -> None:
        if as_json:
            answer: dict[str, Any] = {"ok": not report.has_errors}
            answer["problems"] = [asdict(problem) for problem in report.ordered()]
            answer |= {"version": version} if version else {}
            answer |= {} if differences is None else {"differences": [asdict(one) for one in differences]}
            self.stdout.write(json.dumps(answer, indent=2))
        else:
            for problem in report.ordered():
                self.stdout.write(str(problem))
            self._list(differences or ())
        if report.has_errors:
            raise CommandError(f"The pack has {len(report.errors)} errors. Nothing was changed.", returncode=1)
        if done and not as_json:
            self.stdout.write(done)


def _version(name: str) -> PackVersion:
    pack, _dash, number = name.rpartition("-")
    found = PackVersion.objects.filter(pack=pack, number=digits.key(number)).first()
    if found is None:
        raise CommandError(f"There is no version {name}. See: manage.py pack versions", returncode=1)
    return found


def _cohort(slug: str) -> Cohort:
    found = Cohort.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no cohort {slug}.", returncode=1)
    return found
