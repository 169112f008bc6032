"""`manage.py applications_export --round SLUG FILE`: everything of a round as .xlsx, or as CSV files in a .zip."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applicants.exporting import tables
from applicants.models import Round
from whitebox.text import archives


class Command(BaseCommand):
    help = "Write everything of a round into a workbook (.xlsx) or an archive of CSV files (.zip)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--round", required=True, help="the round's short name")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, round: str, file: Path, **options: Any) -> None:  # noqa: A002  # argparse's names
        found = Round.objects.select_related("form").filter(slug=round).first()
        if found is None:
            raise CommandError(f"There is no round “{round}”.")
        if file.suffix not in {".xlsx", ".zip"}:
            raise CommandError("Name a file that ends in .xlsx or .zip.")
        made = tables.of_round(found, by=None)
        parts = archives.workbook(made) if file.suffix == ".xlsx" else archives.csv_archive(made)
        with file.open("wb") as target:
            target.writelines(parts)
        self.stdout.write(f"Wrote {file}.")
