"""The gradebook: who of a cohort is how far with each objective, and what that says of each objective.

A cell says what the gates go by, see `cohort_states`. Totals are over everybody whom the filters of module and mentor
leave: the filter of states chooses rows, and a share among those chosen by their state would say nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum.models import ModuleVersion, ObjectiveVersion
from mastery import cohort_states
from mastery.cohort_states import IS_WAITING, MASTERED, NOT_YET, OPEN, STATES, States, Tries
from whitebox.judging.proportions import Share, wilson
from whitebox.people.models import Cohort, Membership, User
from whitebox.text.archives import Cell, Table

FEWEST = 5  # people with a graded check; a share of fewer says more about single persons
NOBODY = "none"
WORDS = {
    MASTERED: gettext_lazy("mastered"),
    NOT_YET: gettext_lazy("not yet"),
    IS_WAITING: gettext_lazy("waiting"),
    OPEN: gettext_lazy("not tried"),
}
SIGNS = {MASTERED: "●", NOT_YET: "◐", IS_WAITING: "◔", OPEN: "○"}  # the shapes of components/_state.html


@dataclass(frozen=True, slots=True)
class Row:
    membership: Membership
    mastered: int  # of the objectives shown
    cells: SafeString


@dataclass(frozen=True, slots=True)
class Total:
    """One objective over the people chosen."""

    objective: ObjectiveVersion
    mastered: int
    tried: int  # who has it, or a graded check that asked for it
    people: int

    @property
    def share(self) -> Share | None:
        """The mastered of those who tried; None where they are too few for a share."""
        return wilson(self.mastered, self.tried) if self.tried >= FEWEST else None


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; a value that is none is as if it were not given."""

    modules: Sequence[ModuleVersion]
    mentors: Sequence[tuple[str, str]]
    module: str = ""
    mentor: str = ""
    state: str = ""

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(state, str(WORDS[state])) for state in STATES]

    @property
    def is_on(self) -> bool:
        return bool(self.module or self.mentor or self.state)


@dataclass(frozen=True)
class Gradebook:
    filters: Filters
    columns: Sequence[ObjectiveVersion]
    people: Sequence[Membership]  # whom module and mentor leave
    states: States

    @cached_property
    def chosen(self) -> list[Membership]:
        """The people of whom at least one cell is in the state that is asked for."""
        wanted = self.filters.state
        return [one for one in self.people if not wanted or wanted in self.line(one)]

    def line(self, person: Membership) -> list[str]:
        return [self.states.of(person, one) for one in self.columns]

    def rows(self, people: Sequence[Membership]) -> list[Row]:
        """Draw some of the people."""
        drawn, modules = _Drawn(), [one.module_version.module_id for one in self.columns]
        objectives = [one.objective_id for one in self.columns]
        return [self._row(one, modules, objectives, drawn) for one in people]

    def _row(self, person: Membership, modules: Sequence[int], objectives: Sequence[int], drawn: "_Drawn") -> Row:
        has = self.states.has(person.first_key)
        tries = self.states.tries.get(person.first_key, {})
        others = {module: drawn.of(tries.get(module, cohort_states.UNTRIED)) for module in set(modules)}
        kept = self._kept(person)
        pairs = zip(modules, objectives, strict=True)
        cells = [
            drawn.kept_back if objective in kept else drawn.mastered if objective in has else others[module]
            for module, objective in pairs
        ]
        return Row(person, sum(objective in has for objective in objectives), SafeString("".join(cells)))

    @cached_property
    def totals(self) -> list[Total]:
        """Count each objective over everybody whom module and mentor leave."""
        asked = defaultdict(set)
        for one in self.columns:
            asked[one.module_version.module_id].add(one.objective_id)
        has = Counter(chain.from_iterable(self.states.has(person.first_key) for person in self.people))
        whole, tried = Counter[int](), Counter[int]()  # by module where all of its objectives count, else by objective
        for person in self.people:
            mine, kept = self.states.has(person.first_key), self._kept(person)
            tries = self.states.tries.get(person.first_key, {})
            for module, objectives in asked.items():
                is_graded = tries.get(module, cohort_states.UNTRIED).graded
                if is_graded and not kept:
                    whole[module] += 1
                # Who has it without a graded check of this version, from an earlier one, has tried it all the same.
                elif some := (objectives - kept if is_graded else objectives & mine):
                    tried.update(some)
        return [
            Total(
                one,
                has[one.objective_id],
                tried[one.objective_id] + whole[one.module_version.module_id],
                len(self.people),
            )
            for one in self.columns
        ]

    def _kept(self, person: Membership) -> Set[int]:
        return self.states.kept.get(person.first_key, cohort_states.NOTHING)


class _Drawn:
    """The cells of a table, each drawn once: a sign, and its word for those who do not see it."""

    def __init__(self) -> None:
        self.mastered = self._cell(MASTERED)
        self.kept_back = self._cell(IS_WAITING)
        self.kept: dict[tuple[str, int], str] = {}

    def of(self, tries: Tries) -> str:
        key = (tries.state, tries.graded)
        if key not in self.kept:
            self.kept[key] = self._cell(*key)
        return self.kept[key]

    @staticmethod
    def _cell(state: str, count: int = 0) -> str:
        times = SafeString(f"<b>{count}</b>") if count > 1 else ""
        return format_html('<td class="{}">{}{}<i>{}</i></td>', state, SIGNS[state], times, WORDS[state])


def of_cohort(cohort: Cohort, people: Sequence[Membership], asked: Mapping[str, str], *, reader: User) -> Gradebook:
    """Return the gradebook of some people of a cohort: four queries whatever their number and that of objectives.

    An objective that `reader` has still to mark blind stands as waiting, and is in no total.
    """
    states = cohort_states.of_people(cohort.pk, people, in_detail=False, reader=reader)
    filters = _filters(states, people, asked)
    columns = [
        one for one in states.objectives if not filters.module or one.module_version.module.slug == filters.module
    ]
    left = [one for one in people if not filters.mentor or _mentor(one) == filters.mentor]
    return Gradebook(filters, columns, left, states)


def _filters(states: States, people: Sequence[Membership], asked: Mapping[str, str]) -> Filters:
    modules = list(dict.fromkeys(one.module_version for one in states.objectives))
    mentors = {_mentor(one): one.mentor.user.called if one.mentor else "" for one in people}
    return Filters(
        modules,
        sorted(mentors.items(), key=lambda row: row[1]),
        _known(asked.get("module", ""), {one.module.slug for one in modules}),
        _known(asked.get("mentor", ""), mentors),
        _known(asked.get("state", ""), WORDS),
    )


def _mentor(person: Membership) -> str:
    return str(person.mentor_id or NOBODY)


def _known(value: str, known: Mapping[str, object] | set[str]) -> str:
    return value if value in known else ""


def tables(book: Gradebook) -> list[Table]:
    """Return the sheets of a download: the people, then the objectives."""
    head = [_("name"), _("mentor"), _("mastered"), *(one.number for one in book.columns)]
    totals = [_("objective"), _("text"), _("mastered"), _("tried"), _("people"), _("share"), _("from"), _("to")]
    return [Table(_("people"), head, _people_rows(book)), Table(_("objectives"), totals, _total_rows(book))]


def _people_rows(book: Gradebook) -> Iterator[Sequence[Cell]]:
    for one in book.chosen:
        line = book.line(one)
        mentor = one.mentor.user.called if one.mentor else ""
        yield [one.user.called, mentor, line.count(MASTERED), *(str(WORDS[state]) for state in line)]


def _total_rows(book: Gradebook) -> Iterator[Sequence[Cell]]:
    for one in book.totals:
        share = one.share
        figures: list[Cell] = [_("too few"), None, None]
        if share is not None:
            figures = [round(share.value, 3), round(share.low, 3), round(share.high, 3)]
        yield [one.objective.number, one.objective.text, one.mastered, one.tried, one.people, *figures]
