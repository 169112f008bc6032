"""Show what the decisions on an application rested on, and compute it again."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from applicants import dossiers
from applicants.models import Application
from applicants.records import Dossier


class Command(BaseCommand):
    help = "Show what each decision on an application rested on. With --verify, exits with 1 on any difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the application's code")
        parser.add_argument("--verify", action="store_true", help="compare with the rows, the fit and the letter")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        application = Application.objects.filter(code=options["code"]).first()
        if application is None:
            raise CommandError(f"There is no application {options['code']}.")
        found = dossiers.of_application(application)
        if not found:
            raise CommandError(f"Nothing was decided on {application.code}.")
        checked = [(one, dossiers.differences(one) if options["verify"] else None) for one in found]
        if options["json"]:
            self.stdout.write(json.dumps([_plain(*one) for one in checked], indent=2, sort_keys=True))
        else:
            for one in checked:
                self._write(*one)
        wrong = sum(len(some) for _one, some in checked if some)
        if wrong:
            raise CommandError(f"{wrong} differences.", returncode=1)

    def _write(self, dossier: Dossier, differences: list[str] | None) -> None:
        said, decision = dossier.content, dossier.decision
        self.stdout.write(f"{said['application']}: {said['decision']['code']}, decided {said['decision']['at']}")
        self.stdout.write(f"  by {said['decision']['by'] or 'the waiting list'}: {said['decision']['reason']}")
        self.stdout.write(f"  released: {decision.released_at or 'no'}; letter {dossier.letter_digest or 'none'}")
        form = said["form"]
        self.stdout.write(f"  form {form['number']} of pack {form['pack']} {form['pack_version']}; rubrics:")
        for slug, digest in form["rubrics"].items():
            self.stdout.write(f"    {slug} {digest}")
        for one in said["scores"]:
            self.stdout.write(f"  reviewer {one['reviewer']} at stage {one['stage']}: {one['total']} {one['levels']}")
        if fit := said["calibration"]:
            self.stdout.write(
                f"  model {fit['model']}, seed {fit['seed']}, {fit['draws']} draws, {fit['places']} places"
            )
            self.stdout.write(f"  adjusted {fit['adjusted']} ± {fit['se']}, P(top {fit['places']}) {fit['p_top']}")
        self.stdout.write(f"  SHA-256 {dossier.digest}")
        for line in differences or ():
            self.stdout.write(f"  DIFFERS {line}")
        if differences == []:
            self.stdout.write("  computed again: the same")


def _plain(dossier: Dossier, differences: list[str] | None) -> dict[str, Any]:
    released = dossier.decision.released_at
    checked = {} if differences is None else {"differences": differences}
    return {
        "content": dossier.content,
        "digest": dossier.digest,
        "letter_digest": dossier.letter_digest,
        "released_at": released.isoformat() if released else None,
    } | checked
