"""What must hold for a pack's checks. Every mistake is named with its file and line, all of them at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

import regex  # type: ignore[import-untyped]  # it comes without types

from mastery import bank_rules, generated
from mastery.check_files import CheckFolder, CodeFolder, ItemEntry, ModuleFolder
from mastery.generated import with_marks
from mastery.grading.quiz import fits, number, plain
from mastery.grading.runner import bundle
from mastery.outcomes import smallest_pass
from whitebox.packs import texts
from whitebox.packs.folder import Location
from whitebox.packs.reports import Report
from whitebox.text.rendering import render

FEWEST_MUTANTS = 3
PRE_SESSION_ITEMS = 5
FIELDS = {
    "single": {"options", "values"},
    "multiple": {"options", "values"},
    "numeric": {"answer", "tolerance", "unit", "units", "values"},
    "short": {"accepted", "patterns", "values"},
    "ordering": {"items_in_order"},
    "code": {"exercise"},
    "written": {"rubric", "mastered_from", "words"},
    "oral": {"bank"},
}
NEEDED = {
    "single": {"options"},
    "multiple": {"options"},
    "numeric": {"answer"},
    "short": set(),
    "ordering": {"items_in_order"},
    "code": {"exercise"},
    "written": {"rubric", "mastered_from"},
    "oral": {"bank"},
}
# What makes a careless pattern slow: long runs of one character with another one at the end.
SLOW_ANSWERS = [f"{run * 299}!" for run in ("a", "1", " ", "a ", "x")]
OF_A_KIND = frozenset().union(*FIELDS.values())

Mistake = tuple[Location, str]  # where in the item, and what is wrong


def check(modules: list[ModuleFolder], report: Report) -> None:
    """Report everything that is wrong with the checks of one pack."""
    _once([name for folder in _folders(modules) for name in _names(folder)], report)
    for module in modules:
        for folder in module.checks:
            _check_folder(module, folder, report)
        if module.is_complete:
            _check_covered(module, report)
    for module in modules:
        for folder in module.checks:
            for code in folder.code.values():
                _check_code(code, folder, report)


def _folders(modules: list[ModuleFolder]) -> Iterator[CheckFolder]:
    for module in modules:
        yield from module.checks


def _names(folder: CheckFolder) -> Iterator[tuple[str, str, int]]:
    """Yield the slug and the aliases of a check: nobody else may have them."""
    head = folder.head
    yield head.data.slug, folder.file, head.lines.of("slug")
    for index, alias in enumerate(head.data.aliases):
        yield alias, folder.file, head.lines.of("aliases", index)


def _once(named: list[tuple[str, str, int]], report: Report) -> None:
    first: dict[str, tuple[str, int]] = {}
    for slug, file, line in named:
        if slug in first:
            report.error(file, line, f"“{slug}” stands in {first[slug][0]}:{first[slug][1]} already")
        first.setdefault(slug, (file, line))


def _check_folder(module: ModuleFolder, folder: CheckFolder, report: Report) -> None:
    head = folder.head
    if not folder.path.endswith(f"/{head.data.slug}"):
        report.error(folder.file, head.lines.of("slug"), "the folder's name is not the check's slug")
    _check_forms(folder, report)
    _once(
        [
            (item.slug, folder.form_file(form), folder.forms[form].lines.of("items", index, "slug"))
            for form, index, item in folder.items()
        ],
        report,
    )
    for form, index, item in folder.items():
        _check_item(module, folder, (form, index), item, report)
    bank_rules.check(folder, report)
    _check_parallel(folder, report)
    _check_reachable(folder, report)


def _check_forms(folder: CheckFolder, report: Report) -> None:
    forms, line = sorted(folder.forms), folder.head.lines.of("kind")
    if folder.head.data.kind == "mastery":
        if len(forms) < 2 and not _is_generated(folder):
            report.error(folder.file, line, "a mastery check needs two parallel forms", "add form-a.yml and form-b.yml")
        return
    if forms != ["A"]:
        report.error(folder.file, line, "a pre-session check has one form", "keep form-a.yml only")
    for parsed in folder.forms.values():
        if len(parsed.data.items) != PRE_SESSION_ITEMS:
            report.warn(folder.form_file("A"), 1, f"a pre-session check has {PRE_SESSION_ITEMS} items")
    for form, index, item in folder.items():
        if item.kind in {"code", "written", "oral"}:
            where = folder.forms[form].lines.of("items", index, "kind")
            report.error(folder.form_file(form), where, "a pre-session check is graded at once", "use another kind")


def _is_generated(folder: CheckFolder) -> bool:
    """Tell whether each attempt at the one form gets other numbers: then it counts as many."""
    return any(all(item.values for item in form.data.items) for form in folder.forms.values())


def _check_item(
    module: ModuleFolder, folder: CheckFolder, place: tuple[str, int], item: ItemEntry, report: Report
) -> None:
    form, index = place
    lines, file = folder.forms[form].lines, folder.form_file(form)
    if module.objectives and item.objective not in module.objectives:
        report.error(
            file,
            lines.of("items", index, "objective"),
            f"the module has no objective “{item.objective}”",
            "one of " + ", ".join(module.objectives),
        )
    if item.exercise is not None and item.exercise not in folder.code:
        report.error(
            file, lines.of("items", index, "exercise"), f"there is no complete exercise in code/{item.exercise}"
        )
    for location, message in (*_wrong_fields(item), *_wrong_values(item)):
        report.error(file, lines.of("items", index, *location), message)
    _check_texts(folder, place, item, report)


def _wrong_fields(item: ItemEntry) -> Iterator[Mistake]:
    given = {name for name in OF_A_KIND if getattr(item, name) is not None}
    for name in sorted(given - FIELDS[item.kind]):
        yield (name,), f"an item of kind {item.kind} has no “{name}”"
    for name in sorted(NEEDED[item.kind] - given):
        yield (), f"an item of kind {item.kind} needs “{name}”"


def _wrong_values(item: ItemEntry) -> Iterator[Mistake]:
    if item.options is not None:
        yield from _wrong_options(item)
    if item.kind == "numeric":
        yield from _wrong_numbers(item)
    if item.accepted is not None:
        yield from _wrong_texts("accepted", [plain(text) for text in item.accepted], fewest=1)
    if item.kind == "short":
        yield from _wrong_patterns(item)
    yield from generated.mistakes(item)
    if item.items_in_order is not None:
        yield from _wrong_texts("items_in_order", item.items_in_order, fewest=2)
    if item.rubric is not None:
        yield from _wrong_rubric(item)


def _wrong_options(item: ItemEntry) -> Iterator[Mistake]:
    options = item.options or []
    right = sum(option.correct for option in options)
    if item.kind == "single" and right != 1:
        yield ("options",), f"exactly one option is correct, here {right}"
    if item.kind == "multiple" and not right:
        yield ("options",), "at least one option is correct"
    yield from _wrong_texts("options", [option.text for option in options], fewest=2)


def _wrong_numbers(item: ItemEntry) -> Iterator[Mistake]:
    if item.answer is not None and not item.values and number(item.answer) is None:
        yield ("answer",), f"“{item.answer}” is not a number"
    tolerance = item.tolerance
    for name in ("absolute", "relative"):
        text = getattr(tolerance, name) if tolerance else None
        value = None if text is None else number(text)
        if text is not None and (value is None or value < Decimal(0)):
            yield ("tolerance", name), f"“{text}” is not a number from 0 on"
    if tolerance and tolerance.absolute is None and tolerance.relative is None:
        yield ("tolerance",), "a tolerance is absolute or relative"

    for name, text in (item.units or {}).items():
        factor = number(text)
        if factor is None or factor <= 0 or not item.unit:
            yield ("units", name), f"“{text}” is not how many “{item.unit or ''}” one “{name}” is"


def _wrong_patterns(item: ItemEntry) -> Iterator[Mistake]:
    if not item.accepted and not item.patterns:
        yield (), "an item of kind short needs “accepted” or “patterns”"
    for place, pattern in enumerate(item.patterns or []):
        try:
            quick = [fits(pattern, given) for given in SLOW_ANSWERS]
        except TimeoutError:
            yield ("patterns", place), "this pattern takes too long on some answers: do not nest + and *"
        except regex.error as wrong:
            yield ("patterns", place), f"this is no regular expression: {wrong}"
        else:
            if all(quick):
                yield ("patterns", place), "this pattern fits any answer"


def _wrong_texts(name: str, texts: list[str], *, fewest: int) -> Iterator[Mistake]:
    if len(texts) < fewest:
        yield (name,), f"“{name}” needs at least {fewest}"
    for text, times in Counter(texts).items():
        if times > 1:
            yield (name, texts.index(text)), f"“{text}” stands {times} times"


def _wrong_rubric(item: ItemEntry) -> Iterator[Mistake]:
    levels = [entry.level for entry in item.rubric or []]
    if levels != list(range(len(levels))) or len(levels) < 2:
        yield ("rubric",), "levels count 0, 1, 2, … without a gap, at least two"
    if item.mastered_from is not None and (item.mastered_from not in levels or item.mastered_from < 1):
        yield ("mastered_from",), "“mastered_from” is one of the levels above 0"


def _check_texts(folder: CheckFolder, place: tuple[str, int], item: ItemEntry, report: Report) -> None:
    form, index = place
    for location, text in _texts(with_marks(item)):
        first = folder.first_line(form, folder.forms[form].lines.of("items", index, *location))
        texts.check(folder.form_file(form), first, render(text), report)


def _texts(item: ItemEntry) -> Iterator[tuple[Location, str]]:
    yield ("prompt",), item.prompt
    yield ("explanation",), item.explanation
    for place, option in enumerate(item.options or []):
        yield ("options", place, "text"), option.text
        yield ("options", place, "feedback"), option.feedback
    for place, text in enumerate(item.items_in_order or []):
        yield ("items_in_order", place), text
    for place, level in enumerate(item.rubric or []):
        yield ("rubric", place, "text"), level.text


def _check_parallel(folder: CheckFolder, report: Report) -> None:
    """Compare every form with the first: each objective is asked by the same kinds of item, for the same points."""
    names = sorted(folder.forms)
    for name in names[1:]:
        _check_same_objectives(folder, names[0], name, report)
        _check_other_exercises(folder, names[0], name, report)


def _check_same_objectives(folder: CheckFolder, first: str, name: str, report: Report) -> None:
    wanted, found = (folder.forms[form].data.items for form in (first, name))
    for objective in sorted({item.objective for item in (*wanted, *found)}):
        base, other = ([item for item in items if item.objective == objective] for items in (wanted, found))
        asked, here = (sorted(item.kind for item in items) for items in (base, other))
        points, got = (sum(item.points for item in items) for items in (base, other))
        if asked == here and points == got:
            continue
        what = (
            f"“{objective}” is asked by {_words(here)}, in form {first} by {_words(asked)}"
            if asked != here
            else f"“{objective}” has {got} points, in form {first} {points}"
        )
        where = ("items", found.index(other[0]), "objective") if other else ("items",)
        hint = "parallel forms ask the same things with other details"
        report.error(folder.form_file(name), folder.forms[name].lines.of(*where), what, hint)


def _words(kinds: Sequence[str]) -> str:
    return ", ".join(kinds) or "nothing"


def _check_other_exercises(folder: CheckFolder, first: str, other: str, report: Report) -> None:
    used = {item.exercise for item in folder.forms[first].data.items if item.exercise}
    for index, item in enumerate(folder.forms[other].data.items):
        if item.exercise in used:
            where = folder.forms[other].lines.of("items", index, "exercise")
            report.error(folder.form_file(other), where, f"form {first} uses “{item.exercise}” already")


def _check_reachable(folder: CheckFolder, report: Report) -> None:
    percent = folder.head.data.threshold_percent
    if percent is None:
        return
    for name, form in folder.forms.items():
        total = sum(item.points for item in form.data.items)
        if smallest_pass(total, percent) > total:
            where = folder.head.lines.of("threshold_percent")
            report.error(folder.file, where, f"{percent} % of the {total} points of form {name} cannot be reached")


def _check_covered(module: ModuleFolder, report: Report) -> None:
    """Each objective of a complete module is asked for in each form of a mastery check."""
    mastery = [folder for folder in module.checks if folder.head.data.kind == "mastery"]
    if not mastery:
        report.error(f"{module.path}/module.md", 1, "a complete module needs a mastery check")
    if len(mastery) > 1:
        report.error(mastery[1].file, 1, "a module has one mastery check", f"the other is {mastery[0].file}")
    for folder in mastery:
        for name, form in folder.forms.items():
            asked = {item.objective for item in form.data.items}
            for objective in module.objectives:
                if objective not in asked:
                    report.error(folder.form_file(name), 1, f"no item checks the objective “{objective}”")


def _check_code(code: CodeFolder, folder: CheckFolder, report: Report) -> None:
    file = f"{code.path}/exercise.yml"
    name = code.path.rpartition("/")[2]
    if len(code.exercise.mutants) < FEWEST_MUTANTS:
        report.error(
            file, 1, f"{len(code.exercise.mutants)} mutants: at least {FEWEST_MUTANTS} are needed", "add mutants/*.py"
        )
    for name_ in code.exercise.files:
        for part in ("starter", "reference"):
            if f"{bundle.MARK}{name_}\n" not in getattr(code.exercise, part):
                report.error(f"{code.path}/{part}.py", 1, f"no line “{bundle.MARK}{name_}” begins that file")
    for part in ("starter", "reference"):
        if f"def {code.exercise.function}(" not in getattr(code.exercise, part):
            report.error(f"{code.path}/{part}.py", 1, f"it does not define {code.exercise.function}")
    if name not in {item.exercise for _form, _index, item in folder.items()}:
        report.warn(file, 1, "no item uses this exercise")
    line = code.entry.lines.of("statement")
    texts.check(file, line + 1, render(code.entry.data.statement), report)
