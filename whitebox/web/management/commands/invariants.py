"""`manage.py invariants`: exit code 1 and a line for each rule the data breaks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whitebox.web import invariant, statistics


class Command(BaseCommand):
    help = "Check the rules that the data must keep at all times."

    def handle(self, *args: Any, **options: Any) -> None:
        statistics.refresh()
        found = invariant.breaches()
        for breach in found:
            self.stdout.write(f"{breach.name}: rows {', '.join(map(str, breach.keys))}")
        if found:
            raise CommandError(f"{len(found)} invariants are broken.", returncode=1)
        self.stdout.write("All invariants hold.")
