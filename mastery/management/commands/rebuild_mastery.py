"""`manage.py rebuild_mastery`: work out from the ledger what everybody has mastered."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mastery import ledger
from mastery.models import Attempt
from whitebox.people.models import Membership


class Command(BaseCommand):
    help = "Recompute mastery from the ledger and store it. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 on any difference")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        wrong = 0
        people = Membership.objects.filter(pk__in=Attempt.objects.values("membership")).order_by("pk")
        for membership in people:
            if ledger.replay(membership) == ledger.stored(membership):
                continue
            wrong += 1
            self.stdout.write(f"{membership} differs from the ledger")
            if not check:
                ledger.rebuild(membership)
        if wrong and check:
            raise CommandError(f"{wrong} of {len(people)} memberships differ.", returncode=1)
        self.stdout.write(f"{len(people)} memberships, {wrong} rebuilt.")
