"""`manage.py problems_export`: the bank as CSV, to be imported again or opened in a spreadsheet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sprints.bank import PUBLIC_LIST
from sprints.exporting import exported
from sprints.models import ProblemSource


class Command(BaseCommand):
    help = "Write the problems of a source as CSV with the columns of an import. Formulas are escaped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="where to; without it the screen")
        parser.add_argument("--source", default=PUBLIC_LIST)

    def handle(self, *args: Any, file: Path | None, source: str, **options: Any) -> None:
        found = ProblemSource.objects.filter(slug=source).first()
        if found is None:
            known = ", ".join(ProblemSource.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no source {source}. Known: {known}.")
        if file is None:
            self.stdout.write(exported(found), ending="")
        else:
            file.write_text(exported(found), encoding="utf-8")
