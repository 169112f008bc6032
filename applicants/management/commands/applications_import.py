"""`manage.py applications_import --round SLUG FILE --map MAP.toml`: take over the CSV file of another form tool."""

import json
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applicants.importing import guessing, mapping, sheets, taking
from applicants.importing.mapping import ImportMap
from applicants.importing.reading import Refusal
from applicants.models import Round
from applicants.questionnaire import questionnaire_of
from whitebox.errors import RuleViolation

SHOWN = 50  # lines of each list, without --json


class Command(BaseCommand):
    help = (
        "Take over applications from a CSV export of Typeform, Google Forms, Airtable or another tool. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--round", required=True, help="the round's short name")
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", type=Path, help="a TOML file that says which column is what; guessed without it")
        parser.add_argument("--guess", action="store_true", help="print the guessed map and stop")
        parser.add_argument("--dry-run", action="store_true", help="do all of it and put everything back")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, round: str, file: Path, map: Path | None, **options: Any) -> None:  # noqa: A002  # argparse's names
        round_ = Round.objects.select_related("form").filter(slug=round).first()
        if round_ is None:
            raise CommandError(f"There is no round “{round}”.")
        self.as_json = options["json"]
        try:
            content = _content(file)
            sheet = sheets.read(content)
            found = _map(sheet, round_, map)
            if options["guess"]:
                self.stdout.write(mapping.written(found))
                return
            digest = sha256(content).hexdigest()
            result = taking.take(round_, sheet, found, by=None, digest=digest, is_dry=options["dry_run"])
        except RuleViolation as refused:
            self._refuse(str(refused))
            return
        self._tell(result, is_dry=options["dry_run"])

    def _refuse(self, reason: str) -> None:
        if self.as_json:
            result = taking.Result(is_readable=False, refused=[Refusal(1, "", reason)])
            self.stdout.write(json.dumps(result.as_json(), indent=2, ensure_ascii=False))
        raise CommandError(f"{reason} Nothing was imported.")

    def _tell(self, result: taking.Result, *, is_dry: bool) -> None:
        if self.as_json:
            self.stdout.write(json.dumps({"dry_run": is_dry} | result.as_json(), indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(result, is_dry=is_dry)))
        if not result.is_readable:
            raise CommandError("The map does not fit this file and this round. Nothing was imported.")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as wrong:
        raise CommandError(f"{file}: {wrong.strerror}.") from wrong


def _map(sheet: sheets.Sheet, round_: Round, file: Path | None) -> ImportMap:
    if file is None:
        questionnaire = questionnaire_of(round_.form)
        return mapping.of(guessing.as_map(guessing.targets(sheet, questionnaire), sheet))
    try:
        return mapping.loaded(_content(file).decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise RuleViolation("The map is not UTF-8.") from wrong


def _lines(result: taking.Result, *, is_dry: bool) -> list[str]:
    head = "Would be done (dry run):" if is_dry else "Done:"
    counts = (
        f"{len(result.created)} created, {len(result.updated)} updated, {result.unchanged} unchanged, "
        f"{len(result.duplicates)} duplicates, {result.refused_rows} rows refused, {result.empty} empty."
    )
    lines = [f"{head} {counts}"]
    refused = [f"row {one.row}: {one.column + ': ' if one.column else ''}{one.reason}" for one in result.refused]
    duplicates = [
        f"row {one.row} is the same person as {f'row {one.of_row}' if one.of_row else one.of_code}"
        for one in result.duplicates
    ]
    alone = [f"{code} was changed, decided or ended here since, so it stays as it is" for code in result.left_alone]
    for title, found in (
        ("Refused", refused),
        ("Duplicates", duplicates),
        ("Left alone", alone),
        ("Notes", result.notes),
    ):
        if found:
            lines += [f"{title}:", *(f"  {line}" for line in found[:SHOWN])]
            lines += [f"  and {len(found) - SHOWN} more; --json shows all"] * (len(found) > SHOWN)
    if result.ignored:
        lines += [f"Columns that the map does not name: {', '.join(result.ignored)}"]
    return lines
