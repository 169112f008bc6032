"""A few applications of the demonstration came by another form tool; one of its rows could not be taken."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from applicants import demo_texts
from applicants.importing import guessing, mapping, sheets, taking
from applicants.models import Round
from applicants.questionnaire import Question, questionnaire_of
from whitebox.programme.demonstration import World

ROWS = 4


def fill(world: World, round_: Round, answer: Callable[[World, Question], Any]) -> None:
    """Take over a file as Google Forms writes it."""
    questionnaire = questionnaire_of(round_.form)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Timestamp", "Email Address", "Full name", *(one.label for one in questionnaire.questions)])
    for number in range(ROWS):
        sent = world.now.astimezone(round_.cohort.tz) - timedelta(days=2, hours=number)
        name = f"{demo_texts.NAMES[number]} {demo_texts.FAMILIES[-1 - number]}"
        address = "not an address" if number == ROWS - 1 else f"{name.split(maxsplit=1)[0].lower()}.elsewhere@demo.test"
        cells = (_cell(answer(world, one)) for one in questionnaire.questions)
        writer.writerow([f"{sent:%Y/%m/%d %I:%M:%S %p GMT+8}", address, name, *cells])
    sheet = sheets.read(text.getvalue().encode())
    found = mapping.of(guessing.as_map(guessing.targets(sheet, questionnaire), sheet))
    taking.take(round_, sheet, found, by=world.organizer, now=world.now)


def _cell(answer: object) -> str:
    return "Yes" if answer is True else str(answer)
