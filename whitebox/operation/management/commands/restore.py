"""`manage.py restore SRC`: the opposite of `backup`, into a database and a storage that hold nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from whitebox.errors import RuleViolation
from whitebox.operation.backups import restoring


class Command(BaseCommand):
    help = "Restore a backup into an empty database and an empty storage, and compare every row."
    requires_system_checks = []  # There is no database yet that could be checked.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, help="the file of the backup")

    def handle(self, *, source: Path, **_options: Any) -> None:
        if not source.is_file():
            raise CommandError(f"There is no file {source}.")
        try:
            manifest = restoring.restore(source, key=settings.BACKUP_KEY)
        except RuleViolation as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"Restored what was there on {manifest.made_at:%Y-%m-%d %H:%M} UTC: {manifest.rows} rows in "
            f"{len(manifest.tables)} tables, {len(manifest.uploads)} uploads, all the same.\n"
            "Now run: manage.py migrate"
        )
