"""`manage.py second_marks COHORT`: draw the sample of second marks again from the ledger and compare."""

import json as plain_json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mastery import double_marking
from whitebox.people.models import Cohort


class Command(BaseCommand):
    help = "Draw a cohort's second marks again from the ledger; exit with 1 where another sample was drawn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cohort", help="the cohort's slug")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, cohort: str, json: bool, **options: Any) -> None:
        found = Cohort.objects.filter(slug=cohort).first()
        if found is None:
            raise CommandError(f"There is no cohort {cohort}.")
        redrawn = double_marking.redrawn(found)
        if json:
            self.stdout.write(plain_json.dumps(asdict(redrawn) | {"is_same": redrawn.is_same}))
        elif redrawn.is_same:
            self.stdout.write(f"The ledger asks for {redrawn.expected} second marks, and these were drawn.")
        else:
            self.stdout.write(f"Not drawn though the ledger asks for it: grade events {redrawn.missing or 'none'}")
            self.stdout.write(f"Drawn though it does not: second marks {redrawn.added or 'none'}")
        if not redrawn.is_same:
            raise SystemExit(1)
