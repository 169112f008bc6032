"""`manage.py check_try CHECK --form A --item ITEM FILE`: grade a file as a worker would."""

import json as plain_json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mastery import questions
from mastery.grading import code
from mastery.grading.runner import bundle
from mastery.models import CheckVersion
from mastery.questions import Question


class Command(BaseCommand):
    help = "Grade a Python file for a code item exactly as a worker would, without storing anything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("check", help="the check's slug, of the live pack version")
        parser.add_argument("--form", default="A")
        parser.add_argument("--item", required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, json: bool, seed: int, **options: Any) -> None:
        question = _question(options["check"], options["form"], options["item"])
        if question.exercise is None:
            raise CommandError(f"{question.slug} is no code item.")
        try:
            graded = code.grade(_source(file, question.exercise), question.exercise, seed)
        except code.SandboxUnavailable as unavailable:
            raise CommandError(f"Code cannot be graded here: {unavailable}") from unavailable
        if json:
            self.stdout.write(plain_json.dumps(_row(question, graded), indent=2))
        else:
            self._tell(question, graded)

    def _tell(self, question: Question, graded: code.CodeGrade) -> None:
        self.stdout.write(f"{graded.verdict.value}: {_points(question, graded)} of {question.points} points")
        for line in filter(None, (graded.message, graded.detail)):
            self.stdout.write(line)
        for one in graded.public:
            self.stdout.write(f"  public {one.name}: {'passed' if one.passed else one.message}")
        for group in graded.hidden:
            self.stdout.write(f"  hidden {group.category}: {group.passed} of {group.total}")
        memory = "" if graded.peak_memory_mb is None else f", {graded.peak_memory_mb} MB"
        self.stdout.write(f"{graded.seconds:.2f} s{memory}")


def _source(path: Path, exercise: code.Exercise) -> bytes:
    """Return a file as it is, or the files of an exercise that has several out of a folder."""
    if path.is_dir() and exercise.files:
        parts = {name: path / name for name in exercise.files}
        missing = [name for name, part in parts.items() if not part.is_file()]
        if missing:
            raise CommandError(f"{path} lacks {', '.join(missing)}.")
        return b"".join(f"{bundle.MARK}{name}\n".encode() + part.read_bytes() + b"\n" for name, part in parts.items())
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    return path.read_bytes()


def _question(slug: str, form: str, item: str) -> Question:
    version = CheckVersion.objects.filter(for_check__slug=slug, version__is_live=True).first()
    if version is None:
        raise CommandError(f"No live pack has a check {slug}.")
    if form not in version.forms:
        raise CommandError(f"{slug} has the forms {', '.join(version.forms)}.")
    asked = questions.form_of(version, form)
    found = questions.one_of(asked, item)
    if found is None:
        raise CommandError(f"Form {form} has the items {', '.join(one.slug for one in asked)}.")
    return found


def _points(question: Question, graded: code.CodeGrade) -> int:
    return question.points if graded.verdict is code.Verdict.PASSED else 0


def _row(question: Question, graded: code.CodeGrade) -> dict[str, Any]:
    row = asdict(graded)
    return {
        "state": row.pop("verdict"),
        "points": {question.objective: _points(question, graded)},
        "total": question.points,
        **row,
    }
