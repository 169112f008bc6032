"""`manage.py backup DEST`: the database, with the versions of packs, and the uploads, verified."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from whitebox.errors import RuleViolation
from whitebox.operation.backups import making


class Command(BaseCommand):
    help = "Write a backup into a folder, and read it back into a scratch database to verify it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("destination", type=Path, help="the folder for the backup")
        parser.add_argument("--no-verify", action="store_true", help="believe in it unread")

    def handle(self, *, destination: Path, no_verify: bool, **_options: Any) -> None:
        try:
            made = making.make(destination, key=settings.BACKUP_KEY, is_verified=not no_verify)
        except RuleViolation as refused:
            raise CommandError(str(refused)) from refused
        sealed = "sealed" if settings.BACKUP_KEY else "NOT sealed: set BACKUP_KEY"
        verified = "verified" if made.is_verified else "not verified"
        self.stdout.write(
            f"{made.file}\n{made.manifest.rows} rows in {len(made.manifest.tables)} tables, "
            f"{len(made.manifest.uploads)} uploads; {verified}, {sealed}."
        )
