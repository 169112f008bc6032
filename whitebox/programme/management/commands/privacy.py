"""`manage.py privacy export EMAIL` and `manage.py privacy erase EMAIL`: one person's data over all apps."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whitebox.programme import personal


class Command(BaseCommand):
    help = "Show, or erase, what is stored about the person with an address. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        for name, about in (
            ("export", "print all that is stored about a person, as JSON"),
            ("erase", "erase what no duty keeps, and say what was kept and why"),
        ):
            step = steps.add_parser(name, help=about)
            step.add_argument("email")
            step.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, step: str, email: str, **options: Any) -> None:
        if step == "export":
            # People get it as a file that a machine can read: there is no other form.
            found = personal.export(email)
            self.stdout.write(
                json.dumps({"email": email, "data": found}, indent=2, ensure_ascii=False, default=personal.plain)
            )
            return
        outcome = personal.erase(email)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(email, outcome), indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(outcome)))
        if outcome.refusals:
            raise CommandError("Nothing was erased.", returncode=1)


def _as_json(email: str, outcome: personal.Outcome) -> dict[str, Any]:
    kept = [{"app": app, "what": one.what, "count": one.count, "reason": one.reason} for app, one in outcome.kept]
    return {
        "email": email,
        "ok": not outcome.refusals,
        "erased": outcome.erased,
        "kept": kept,
        "refused": outcome.refusals,
    }


def _lines(outcome: personal.Outcome) -> list[str]:
    lines = [f"Refused: {reason}" for reason in outcome.refusals]
    lines += [f"Erased: {count} {what}" for what, count in outcome.erased.items()]
    lines += [f"Kept: {one.count} {app}: {one.what}. {one.reason}" for app, one in outcome.kept]
    return lines or ["Nothing is stored about this person."]
