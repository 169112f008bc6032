"""`manage.py rebuild_mastery`: work out from the ledger what everybody has mastered."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mastery import rebuilding


class Command(BaseCommand):
    help = "Recompute mastery and the states of attempts from the ledger and store them. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 on any difference")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        people, wrong = 0, 0
        for membership in rebuilding.people().iterator():
            people += 1
            differences = rebuilding.differences(membership)
            wrong += bool(differences)
            for words in differences:
                self.stdout.write(f"{membership}: {words}")
            if differences and not check:
                rebuilding.rebuild(membership)
        if wrong and check:
            raise CommandError(f"{wrong} of {people} memberships differ.", returncode=1)
        self.stdout.write(f"{people} memberships, {wrong} {'differ' if check else 'rebuilt'}.")
