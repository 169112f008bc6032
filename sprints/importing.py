"""Importing a problem list: what a file would change is computed first, by the same function for trial and act."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import cells, known, needed
from sprints.bank import source_called
from sprints.models import Category, Problem, ProblemSource
from sprints.numbering import lost_zeros, sort_key
from sprints.sheets import REQUIRED, Row, Sheet, Trouble
from sprints.wording import search_text
from whitebox.text import spreadsheet

BATCH = 500  # rows of one statement
FIELDS = (
    *("category", "subcategory", "difficulty_lowest", "difficulty_highest", "is_starred", "title", "source_url"),
    *("existing_work", "working_on"),
)
COMPARED = (*FIELDS, "objectives")  # what a problem needs is rows of their own
MAY_BE_FORMULAS = ("category", "subcategory", "title", "existing_work", "working_on")
Values = dict[str, Any]


class Action(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Parsed:
    """One row of the file as columns of Problem; `category` is still a name."""

    row: int
    line: int
    values: Values

    @property
    def number(self) -> str:
        return str(self.values["number"])


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row does. `changes` maps a column to what it was and what it becomes."""

    parsed: Parsed
    ordinal: int
    action: Action
    changes: Mapping[str, tuple[Any, Any]]
    problem: Problem | None = None


@dataclass(slots=True)
class Plan:
    """All that a file does to a source. With any error it does nothing."""

    source: str
    sheet: Sheet
    entries: list[Entry] = field(default_factory=list)
    absent: int = 0  # problems of the source that the file does not name; they stay
    is_applied: bool = False

    @property
    def has_errors(self) -> bool:
        return self.sheet.has_errors

    @property
    def troubles(self) -> list[Trouble]:
        return sorted(set(self.sheet.troubles))

    def count(self, action: Action) -> int:
        return sum(entry.action == action for entry in self.entries)


@transaction.atomic
def run(sheet: Sheet, slug: str, *, is_trial: bool, facts: Mapping[str, str] | None = None) -> Plan:
    """Import a sheet into the source called `slug`, or only say what that would do.

    Trial and act compute the same plan; the act writes it where it has no error. Safe to repeat.
    """
    # The source's row is the lock: two imports of one list queue here.
    source = ProblemSource.objects.select_for_update().filter(slug=slug).first()
    plan = planned(sheet, slug, source)
    if not is_trial and not plan.has_errors:
        apply(plan, source or source_called(slug, **(facts or {})))
        plan.is_applied = True
    return plan


def planned(sheet: Sheet, slug: str, source: ProblemSource | None) -> Plan:
    """Return what `sheet` does to `source`, None being one that does not exist yet. Writes nothing; three queries."""
    plan = Plan(slug, sheet)
    parsed = parse(sheet)
    _report_unknown_objectives(sheet, parsed)
    existing: dict[str, list[Problem]] = defaultdict(list)
    for problem in Problem.objects.filter(source=source).as_in_sheets() if source else ():
        existing[problem.number].append(problem)
    for number, rows in _by_number(parsed).items():
        plan.entries.extend(_matched(sheet, rows, existing[number]))
    plan.entries.sort(key=lambda entry: entry.parsed.row)
    plan.absent = sum(map(len, existing.values())) - sum(entry.problem is not None for entry in plan.entries)
    return plan


def parse(sheet: Sheet) -> list[Parsed]:
    """Return the rows that can be understood; all others, and what is wrong between rows, become troubles."""
    found = [parsed for row in sheet.rows if (parsed := _parsed(sheet, row)) is not None]
    _report_lost_zeros(sheet, found)
    _report_repeats(sheet, found)
    return found


def _parsed(sheet: Sheet, row: Row) -> Parsed | None:
    values: Values = {}
    is_fine = True
    for column, cell in row.cells.items():
        try:
            values = _with(values, cells.parsed(column, cell))
        except cells.CellError as wrong:
            sheet.error(row.row, row.line, str(wrong), wrong.suggestion)
            is_fine = False
        if column in MAY_BE_FORMULAS and spreadsheet.is_formula(cell):
            sheet.warn(row.row, row.line, _("%(column)s looks like a formula; it is kept as text") % {"column": column})
    return Parsed(row.row, row.line, values) if is_fine and set(REQUIRED) <= values.keys() else None


def _with(values: Values, found: Values) -> Values:
    """Add what a cell says. An empty star does not take away the star that stands beside the difficulty."""
    if found.get("is_starred", True) is None and values.get("is_starred"):
        return values
    return values | found


def _report_unknown_objectives(sheet: Sheet, found: Sequence[Parsed]) -> None:
    named = {one for parsed in found for one in parsed.values.get("objectives", ())}
    unknown = named - needed.by_path(named).keys()
    for parsed in found:
        for path in sorted(unknown & set(parsed.values.get("objectives", ()))):
            message = _("there is no objective %(path)s") % {"path": path}
            sheet.error(parsed.row, parsed.line, message, _("load the pack that has it first, or take it out"))


def _report_lost_zeros(sheet: Sheet, found: Sequence[Parsed]) -> None:
    for at, full in lost_zeros([parsed.number for parsed in found]):
        sheet.error(
            found[at].row,
            found[at].line,
            _("“%(number)s” must be “%(full)s”: a spreadsheet has dropped the zero")
            % {"number": found[at].number, "full": full},
            _("format the column as text and type the number again"),
        )


def _report_repeats(sheet: Sheet, found: Sequence[Parsed]) -> None:
    first: dict[tuple[tuple[str, Any], ...], Parsed] = {}
    numbered: dict[str, Parsed] = {}
    for parsed in found:
        same = first.setdefault(tuple(sorted(parsed.values.items())), parsed)
        other = numbered.setdefault(parsed.number, parsed)
        if same is not parsed:
            sheet.error(
                parsed.row,
                parsed.line,
                _("this row repeats row %(row)d") % {"row": same.row},
                _("take one of them out"),
            )
        elif other is not parsed:
            sheet.warn(
                parsed.row,
                parsed.line,
                _("number %(number)s stands in row %(row)d too; both are kept as problems of their own")
                % {"number": parsed.number, "row": other.row},
            )


def _by_number(found: Iterable[Parsed]) -> dict[str, list[Parsed]]:
    groups: dict[str, list[Parsed]] = defaultdict(list)
    for parsed in found:
        groups[parsed.number].append(parsed)
    return groups


def _matched(sheet: Sheet, rows: list[Parsed], existing: list[Problem]) -> list[Entry]:
    """Pair the rows of one number with its problems: equal titles first, then by their order."""
    titles = {problem.title: problem for problem in existing}
    pairs = {parsed.row: titles.pop(parsed.values["title"], None) for parsed in rows}
    left = [problem for problem in existing if problem not in pairs.values()]
    unpaired = [parsed for parsed in rows if pairs[parsed.row] is None]
    if unpaired and len(left) > len(unpaired):
        sheet.error(
            unpaired[0].row,
            unpaired[0].line,
            _("number %(number)s stands %(there)d times in the bank and %(here)d times here: which one is meant?")
            % {"number": unpaired[0].number, "there": len(existing), "here": len(rows)},
            _("give all of them, or keep the title of the one you change"),
        )
        return []
    for parsed, problem in zip(unpaired, left, strict=False):
        pairs[parsed.row] = problem
    highest = max((problem.ordinal for problem in existing), default=0)
    return _entries(rows, pairs, highest)


def _entries(rows: list[Parsed], pairs: Mapping[int, Problem | None], highest: int) -> list[Entry]:
    entries = []
    for parsed in rows:
        problem = pairs[parsed.row]
        if problem is None:
            highest += 1
            added = {name: (None, parsed.values[name]) for name in COMPARED if name in parsed.values}
            entries.append(Entry(parsed, highest, Action.ADDED, added))
        else:
            changes = differences(problem, parsed.values)
            action = Action.CHANGED if changes else Action.UNCHANGED
            entries.append(Entry(parsed, problem.ordinal, action, changes, problem))
    return entries


def differences(problem: Problem, values: Values) -> dict[str, tuple[Any, Any]]:
    """Return what `values` change; a column that the file does not have changes nothing."""
    present = {name: getattr(problem, name) for name in FIELDS} | {"category": problem.category.name}
    present["objectives"] = needed.paths(problem)
    given = dict(values)
    if "existing_work" in given:  # An export names what was added here too: that is no change.
        given["existing_work"] = known.of_source(problem, given["existing_work"])
    return {name: (present[name], given[name]) for name in COMPARED if name in given and given[name] != present[name]}


def apply(plan: Plan, source: ProblemSource) -> None:
    """Write a plan without errors, in the caller's transaction. Few statements, however many rows."""
    categories = _categories(entry.parsed.values["category"] for entry in plan.entries)
    added: list[Problem] = []
    changed: list[Problem] = []
    taken: dict[tuple[str, int], Sequence[str]] = {}
    for entry in plan.entries:
        problem = entry.problem or Problem(
            source=source, number=entry.parsed.number, ordinal=entry.ordinal, idle_since=_open_since(source)
        )
        if entry.action != Action.UNCHANGED:
            _fill(problem, entry.changes, categories)
            problem.is_known = bool(problem.existing_work) or (entry.problem is not None and entry.problem.has_works)
            (added if entry.problem is None else changed).append(problem)
        if "objectives" in entry.changes:
            taken[problem.number, problem.ordinal] = entry.parsed.values["objectives"]
    Problem.objects.bulk_create(added, batch_size=BATCH)
    Problem.objects.bulk_update(changed, [*FIELDS, "search_text", "is_known"], batch_size=BATCH)
    needed.replace(source, taken)


def _open_since(source: ProblemSource) -> datetime:
    """Return since when nobody is known to be at a new problem: since its list came out, or since now."""
    if source.published_on is None:
        return timezone.now()
    return datetime.combine(source.published_on, time(), tzinfo=UTC)


def _fill(problem: Problem, changes: Mapping[str, tuple[Any, Any]], categories: Mapping[str, Category]) -> None:
    for name in FIELDS:
        if name in changes:
            value = changes[name][1]
            setattr(problem, name, categories[value] if name == "category" else value)
    problem.sort_key = sort_key(problem.number)
    problem.search_text = search_text(problem.number, problem.title, problem.subcategory, problem.category.name)


def _categories(names: Iterable[str]) -> dict[str, Category]:
    """Return the categories by name; new ones stand behind the others in the order of the file."""
    wanted = list(dict.fromkeys(names))
    known = {category.name: category for category in Category.objects.filter(name__in=wanted)}
    last = Category.objects.aggregate(last=Max("position"))["last"] or 0
    fresh = [name for name in wanted if name not in known]
    made = Category.objects.bulk_create(
        Category(name=name, position=position) for position, name in enumerate(fresh, start=last + 1)
    )
    return known | {category.name: category for category in made}
