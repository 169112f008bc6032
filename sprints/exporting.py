"""The problem bank as a file: the columns of an import, with no cell that a spreadsheet takes for a formula."""

import csv
import io

from sprints import known, needed
from sprints.models import Problem, ProblemSource
from sprints.sheets import COLUMNS
from whitebox.text.spreadsheet import escaped

STAR_WORDS = {True: "true", False: "false", None: ""}


def exported(source: ProblemSource) -> str:
    """Return the problems of a source as CSV, in natural order. Importing it again changes nothing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for problem in Problem.objects.filter(source=source).as_in_sheets():
        writer.writerow([escaped(cell) for cell in _cells(problem)])
    return text.getvalue()


def _cells(problem: Problem) -> tuple[str, ...]:
    return (
        problem.number,
        problem.category.name,
        problem.subcategory,
        problem.difficulty,
        STAR_WORDS[problem.is_starred],
        problem.title,
        problem.source_url,
        known.cell(problem),
        problem.working_on,
        " ".join(needed.paths(problem)),
    )
