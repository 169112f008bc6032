"""What first attempts say about each item of a check, for those who write checks.

Only the first counted attempt of each person is looked at: later ones were prepared by a corrective. Everybody who took
the same wording is counted, of all cohorts, because one cohort is too few; below 20 no figure is shown, so no figure
speaks of single persons.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from curriculum.models import ObjectiveVersion
from mastery import questions
from mastery.choices import AttemptState, QuestionKind
from mastery.models import Answer, Attempt, CheckVersion, GradeEvent
from mastery.questions import Question
from whitebox.judging.proportions import Share, wilson

FEWEST = 20  # first attempts
HARD, EASY = 0.3, 0.95  # shares of full points
TELLS_LITTLE = 0.1  # a discrimination below this
CHOSEN = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})
TYPED = frozenset({QuestionKind.NUMERIC, QuestionKind.SHORT})


@dataclass(frozen=True, slots=True)
class Item:
    """One item of one form. The figures are None below FEWEST first attempts."""

    form: str
    question: Question
    number: str  # of its objective
    answered: int  # first attempts
    share: Share | None = None  # of them with all points
    discrimination: float | None = None  # correlation with the rest of the form, -1 to 1
    wrong: str = ""  # the wrong answer that most gave
    wrong_count: int = 0

    @property
    def is_enough(self) -> bool:
        return self.answered >= FEWEST

    @property
    def findings(self) -> list[str]:
        """Say what an author may want to look at."""
        found = []
        if self.share is not None and self.share.value < HARD:
            found.append(_("hard: is it taught, and is the key right?"))
        if self.share is not None and self.share.value > EASY:
            found.append(_("nearly everybody has it"))
        if self.discrimination is not None and self.discrimination < TELLS_LITTLE:
            found.append(_("those who do well in the rest do no better here"))
        return found


@dataclass(slots=True)
class Tally:
    """What first attempts got at one item: the item's share of its points, and the rest's share of theirs."""

    own: list[float]
    rest: list[float]
    full: int = 0


def of_check(version: CheckVersion) -> list[Item]:
    """Return the figures of every item of a check, with its questions loaded: four queries."""
    first = _first_attempts(version)
    grades = _grades(version, first)
    tallies = _tallies(first, grades)
    wrong = _wrong(version, first, grades)
    numbers = _numbers(version)
    return [
        _item(form, question, numbers, tallies.get((form, question.slug)), wrong.get((form, question.slug)))
        for form in version.forms
        for question in questions.form_of(version, form)
    ]


def counts(versions: Sequence[CheckVersion]) -> dict[int, int]:
    """Return the first attempts at each check version, by its primary key: one query."""
    digests = {one.pk: (one.for_check_id, one.digest) for one in versions}
    found = Counter((row.for_check_id, row.version_digest) for row in _firsts({one.for_check_id for one in versions}))
    return {pk: found[key] for pk, key in digests.items()}


def _firsts(checks: set[int]) -> list[Any]:
    """Return the first counted attempt of each person at these checks, where it is graded."""
    rows: Any = (
        Attempt.objects.filter(for_check__in=checks)
        .exclude(state__in=[AttemptState.VOID, AttemptState.OPEN])
        .annotate(root=Coalesce("membership__began_as", "membership"))
        .order_by("for_check", "root", "number")
        .values_list("pk", "for_check_id", "root", "form", "state", "check_version__digest", named=True)
    )
    first: dict[tuple[int, int], Any] = {}
    for row in rows:
        first.setdefault((row.for_check_id, row.root), row)
    return [_First(row) for row in first.values() if row.state == AttemptState.GRADED]


class _First:
    """A row of `_firsts` with names of our own."""

    __slots__ = ("for_check_id", "form", "pk", "version_digest")

    def __init__(self, row: Any) -> None:
        self.pk: int = row.pk
        self.for_check_id: int = row.for_check_id
        self.form: str = row.form
        self.version_digest: str = row.check_version__digest


def _first_attempts(version: CheckVersion) -> dict[int, str]:
    """Return the form of each first attempt at exactly this wording, by attempt."""
    rows = _firsts({version.for_check_id})
    return {row.pk: row.form for row in rows if row.version_digest == version.digest}


Grades = Mapping[int, Mapping[str, tuple[int, int]]]  # points and total, by attempt and item


def _grades(version: CheckVersion, first: Mapping[int, str]) -> Grades:
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    rows = GradeEvent.objects.filter(attempt__for_check=version.for_check_id, superseded_by=None).order_by()
    for attempt, item, points, total in rows.values_list("attempt_id", "item", "points", "total"):
        if attempt in first:
            found[attempt][item] = (points, total)
    return found


def _tallies(first: Mapping[int, str], grades: Grades) -> dict[tuple[str, str], Tally]:
    found: dict[tuple[str, str], Tally] = defaultdict(lambda: Tally([], []))
    for attempt, items in grades.items():
        points, total = (sum(column) for column in zip(*items.values(), strict=True))
        for item, (own, most) in items.items():
            tally = found[first[attempt], item]
            tally.own.append(own / most if most else 0.0)
            tally.rest.append((points - own) / (total - most) if total > most else 0.0)
            tally.full += own == most
    return found


def _wrong(version: CheckVersion, first: Mapping[int, str], grades: Grades) -> dict[tuple[str, str], tuple[str, int]]:
    """Return the wrong answer that most gave at each item that has answers to count, and how many gave it."""
    asked = {(form, one.slug): one for form in version.forms for one in questions.form_of(version, form)}
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    countable = {slug for (_form, slug), one in asked.items() if one.kind in CHOSEN | TYPED}
    rows = Answer.objects.filter(attempt__for_check=version.for_check_id, item__in=countable).order_by()
    for attempt, item, value in rows.values_list("attempt_id", "item", "value"):
        question = asked.get((first.get(attempt, ""), item))
        points, total = grades.get(attempt, {}).get(item, (0, 0))
        if question is None or points == total:
            continue
        counted[first[attempt], item].update(_said(question, value))
    # A single answer is no pattern, and may be somebody's own words.
    common = {key: answers.most_common(1)[0] for key, answers in counted.items() if answers}
    return {key: (words, count) for key, (words, count) in common.items() if count > 1}


def _said(question: Question, value: Any) -> list[str]:
    """Return the wrong options somebody chose, or the wrong answer they typed."""
    if question.kind in TYPED:
        return [str(value).strip()[:80]] if str(value).strip() else []
    chosen = value if isinstance(value, list) else [value]
    places = [int(one) for one in chosen if str(one).isdigit() and int(one) < len(question.options)]
    return [strip_tags(question.options[place].html) for place in places if not question.options[place].is_correct]


def _numbers(version: CheckVersion) -> dict[str, str]:
    said = ObjectiveVersion.objects.filter(
        module_version__version_id=version.version_id, module_version__module_id=version.for_check.module_id
    )
    return dict(said.values_list("objective__slug", "number"))


def _item(
    form: str, question: Question, numbers: Mapping[str, str], tally: Tally | None, wrong: tuple[str, int] | None
) -> Item:
    number, answered = numbers.get(question.objective, ""), len(tally.own) if tally else 0
    if tally is None or answered < FEWEST:
        return Item(form, question, number, answered)
    said, count = wrong or ("", 0)
    return Item(
        form, question, number, answered, wilson(tally.full, answered), correlation(tally.own, tally.rest), said, count
    )


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return Pearson's correlation; None where one of the two never varies."""
    mean_one, mean_other = sum(one) / len(one), sum(other) / len(other)
    pairs = [(a - mean_one, b - mean_other) for a, b in zip(one, other, strict=True)]
    spread = sqrt(sum(a * a for a, _b in pairs) * sum(b * b for _a, b in pairs))
    return sum(a * b for a, b in pairs) / spread if spread > 1e-12 else None
