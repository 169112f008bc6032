"""What must hold for the questions of talks: enough of them, each once, one rubric for each objective."""

from collections.abc import Iterator

from mastery.check_files import BankEntry, CheckFolder, ItemEntry
from whitebox.packs import texts
from whitebox.packs.folder import Location, Parsed
from whitebox.packs.reports import Report
from whitebox.text.rendering import render

FEWEST = 3  # so that nobody can prepare for the one that is left

Mistake = tuple[Location, str]


def check(folder: CheckFolder, report: Report) -> None:
    """Report what is wrong with the banks of one check, and with the items that draw from them."""
    for form, index, item in folder.items():
        for message, hint in _wrong_use(folder, item):
            report.error(folder.form_file(form), folder.forms[form].lines.of("items", index, "bank"), message, hint)
    used = {item.bank for _form, _index, item in folder.items()}
    for name, bank in sorted(folder.banks.items()):
        file = folder.bank_file(name)
        for location, message in (*_wrong_questions(bank.data, len(folder.forms)), *_wrong_rubric(bank.data)):
            report.error(file, bank.lines.of(*location), message)
        if name not in used:
            report.warn(file, 1, "no item draws from these questions")
        _check_texts(file, bank, report)


def _wrong_use(folder: CheckFolder, item: ItemEntry) -> Iterator[tuple[str, str]]:
    if item.bank is None:
        return
    bank = folder.banks.get(item.bank)
    if bank is None:
        yield f"there are no complete questions in oral/{item.bank}.yml", "one of " + ", ".join(sorted(folder.banks))
    elif bank.data.objective != item.objective:
        yield f"oral/{item.bank}.yml asks for “{bank.data.objective}”, this item for “{item.objective}”", ""


def _wrong_questions(bank: BankEntry, forms: int) -> Iterator[Mistake]:
    fewest = max(FEWEST, forms + 1)
    if len(bank.questions) < fewest:
        words = "a new one for each form and one more to choose from"
        yield ("questions",), f"{len(bank.questions)} questions: at least {fewest} are needed, {words}"
    seen: set[str] = set()
    for place, question in enumerate(bank.questions):
        if question.slug in seen:
            yield ("questions", place, "slug"), f"“{question.slug}” stands here twice"
        seen.add(question.slug)


def _wrong_rubric(bank: BankEntry) -> Iterator[Mistake]:
    levels = [entry.level for entry in bank.rubric]
    if levels != list(range(len(levels))) or len(levels) < 2:
        yield ("rubric",), "levels count 0, 1, 2, … without a gap, at least two"
    if bank.mastered_from not in levels or bank.mastered_from < 1:
        yield ("mastered_from",), "“mastered_from” is one of the levels above 0"


def _check_texts(file: str, bank: Parsed[BankEntry], report: Report) -> None:
    for place, question in enumerate(bank.data.questions):
        for part in ("text", "listen_for"):
            line = bank.lines.of("questions", place, part)
            texts.check(file, line, render(getattr(question, part)), report)
    for place, level in enumerate(bank.data.rubric):
        texts.check(file, bank.lines.of("rubric", place, "text"), render(level.text), report)
