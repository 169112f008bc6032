"""The readiness sheet of a session: who has prepared, what was missed most, and what was asked, before class.

*done*: the pre-session check is handed in and reached its threshold. *stuck*: it is handed in and did not. *tried*: it
is open or waits for its grade, or something of the reading is ticked. *silent*: nothing yet. A module without such a
check goes by the reading alone. All of it can be worked out by hand.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum import deadlines, syllabus
from curriculum.choices import ItemKind
from curriculum.deadlines import Deadline
from curriculum.models import ModuleVersion, Session, Tick
from curriculum.syllabus import Syllabus
from mastery import checklist
from mastery.choices import AttemptState, CheckKind
from mastery.models import Attempt, CheckVersion, GradeEvent
from whitebox.people.choices import Role
from whitebox.people.models import Membership

MOST_MISSED = 3
STATES = ("stuck", "silent", "tried", "done")  # as they are listed: who needs help comes first
LABELS = {"stuck": _("stuck"), "silent": _("silent"), "tried": _("tried"), "done": _("done")}
LOOKS = {"stuck": "not_yet", "silent": "open", "tried": "waiting", "done": "mastered"}
OVERDUE = LOOKS | {"silent": "overdue"}  # once the work is due


@dataclass(frozen=True, slots=True)
class Grade:
    item: str
    objective: int
    points: int
    total: int

    @property
    def is_missed(self) -> bool:
        return self.points < self.total


@dataclass(slots=True)
class Work:
    """What one person has done for a session."""

    attempts: list[Attempt] = field(default_factory=list)  # at the pre-session check, earliest first
    grades: dict[int, list[Grade]] = field(default_factory=dict)  # by attempt
    read: int = 0  # required resources that are ticked

    @property
    def graded(self) -> list[Attempt]:
        return [one for one in self.attempts if one.state == AttemptState.GRADED]

    def points(self, attempt: Attempt) -> tuple[int, int]:
        given = self.grades.get(attempt.pk, [])
        return sum(one.points for one in given), sum(one.total for one in given)

    def state(self, required: int, *, has_check: bool) -> str:
        if self.graded:
            return "done" if any(self._reaches(one) for one in self.graded) else "stuck"
        if not has_check and required and self.read == required:
            return "done"
        return "tried" if self.attempts or self.read else "silent"

    def _reaches(self, attempt: Attempt) -> bool:
        points, total = self.points(attempt)
        return points * 100 >= attempt.threshold_percent * total


@dataclass(frozen=True, slots=True)
class Line:
    """How ready one participant is."""

    membership: Membership
    state: str
    score: tuple[int, int] | None  # points and total of the latest graded check
    missed: Sequence[str]  # numbers of the objectives that were missed in it
    read: int
    extended: datetime | None  # their own due time, where it is not everybody's
    is_due: bool

    @property
    def label(self) -> str:
        return str(LABELS[self.state])

    @property
    def look(self) -> str:
        return (OVERDUE if self.is_due else LOOKS)[self.state]


@dataclass(frozen=True, slots=True)
class Missed:
    """An item of the check, and how many missed it of those who answered it, each in their first check."""

    number: str  # of its objective
    prompt_html: str
    missed: int
    answered: int


@dataclass(frozen=True, slots=True)
class Sheet:
    module: ModuleVersion | None
    lines: Sequence[Line]
    missed: Sequence[Missed]
    required: int  # resources
    due_at: datetime | None
    has_check: bool

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Look, word and number of people of each state, those who are ready first."""
        counted = Counter(line.state for line in self.lines)
        looks = OVERDUE if self.due_at and self.due_at <= timezone.now() else LOOKS
        return [(looks[state], str(LABELS[state]), counted[state]) for state in reversed(STATES)]

    @property
    def done(self) -> int:
        return sum(line.state == "done" for line in self.lines)


def sheet(session: Session) -> Sheet:
    """Return the readiness of everybody, for a session whose cohort, adoption and module are loaded.

    Five queries whatever the number of people, once what the pack says is kept in the process.
    """
    followed = syllabus.of_page(session.cohort)
    module = next((one for one in followed.modules if one.module_id == session.module_id), None)
    if module is None:
        return Sheet(None, [], [], 0, None, has_check=False)
    required = {one.slug for one in followed.resources.get(module.pk, ()) if one.is_required}
    check = _check(followed, session.module_id)
    numbers = {one.objective_id: one.number for one in followed.objectives[module]}
    people = list(_people(session.cohort_id).select_related("user", "mentor__user").order_by("user__name", "pk"))
    work = _work(session, required)
    due = _due(session, people)
    states = {one.pk: work[one.root].state(len(required), has_check=check is not None) for one in people}
    everybodys = _everybodys(session)
    lines = [_line(one, work[one.root], states[one.pk], due.get(one.pk), everybodys, numbers) for one in people]
    return Sheet(
        module=module,
        lines=sorted(lines, key=lambda line: STATES.index(line.state)),
        missed=_most_missed([work[one.root] for one in people], check, numbers) if check else [],
        required=len(required),
        due_at=everybodys,
        has_check=check is not None,
    )


def _check(followed: Syllabus, module: int) -> CheckVersion | None:
    checks = checklist.of_version(*followed.key) if followed.key else ()
    own = (one for one in checks if one.for_check.module_id == module)
    return next((one for one in own if one.for_check.kind == CheckKind.PRE_SESSION), None)


def _people(cohort: int) -> "QuerySet[Any]":
    """Return the participants, each with the membership as which their record began as `root`."""
    people = Membership.objects.active().filter(cohort=cohort, role=Role.PARTICIPANT)
    return people.annotate(root=Coalesce("began_as", "pk"))


def _work(session: Session, required: Collection[str]) -> dict[int, Work]:
    """Return everybody's work by the membership as which their record began, earlier cohorts included."""
    work: dict[int, Work] = defaultdict(Work)
    records = Membership.objects.with_record_of(_people(session.cohort_id))
    attempts: QuerySet[Any] = (
        Attempt.objects.filter(
            membership__in=records.values("pk"),
            for_check__module=session.module_id,
            for_check__kind=CheckKind.PRE_SESSION,
        )
        .exclude(state=AttemptState.VOID)
        .annotate(root=Coalesce("membership__began_as", "membership"))
    )
    for attempt in attempts.order_by("number"):
        work[attempt.root].attempts.append(attempt)
    grades = _grades(attempts.filter(state=AttemptState.GRADED))
    for one in work.values():
        one.grades = {attempt.pk: grades.get(attempt.pk, []) for attempt in one.attempts}
    ticks = Tick.objects.filter(
        membership__in=records.values("pk"), module=session.module_id, resource_slug__in=required
    )
    rows = ticks.annotate(root=Coalesce("membership__began_as", "membership")).values_list("root", "resource_slug")
    for root, some in Counter(root for root, _slug in set(rows)).items():
        work[root].read = some
    return work


def _grades(attempts: "QuerySet[Any]") -> dict[int, list[Grade]]:
    """Return the grades that count, by attempt: one query."""
    found: dict[int, list[Grade]] = defaultdict(list)
    rows = GradeEvent.objects.filter(attempt__in=attempts.order_by().values("pk"), superseded_by=None).order_by("pk")
    for attempt, item, objective, points, total in rows.values_list("attempt", "item", "objective", "points", "total"):
        found[attempt].append(Grade(item, objective, points, total))
    return found


def _due(session: Session, people: Sequence[Membership]) -> dict[int, Deadline]:
    extensions = deadlines.extensions_of(people)
    key = (session.module_id, ItemKind.PREWORK)
    found = {pk: deadlines.from_sessions(session.cohort, [session], own) for pk, own in extensions.items()}
    return {pk: own[key] for pk, own in found.items() if key in own}


def _everybodys(session: Session) -> datetime | None:
    found = deadlines.from_sessions(session.cohort, [session], {}).get((session.module_id, ItemKind.PREWORK))
    return found.base_at if found else None


def _line(
    membership: Membership,
    work: Work,
    state: str,
    own: Deadline | None,
    everybodys: datetime | None,
    numbers: Mapping[int, str],
) -> Line:
    due_at = own.due_at if own else everybodys
    last = work.graded[-1] if work.graded else None
    missed = (
        {numbers.get(one.objective, "") for one in work.grades.get(last.pk, []) if one.is_missed} if last else set()
    )
    return Line(
        membership=membership,
        state=state,
        score=work.points(last) if last else None,
        missed=sorted(missed - {""}),
        read=work.read,
        extended=own.due_at if own and own.is_extended else None,
        is_due=due_at is not None and due_at <= timezone.now(),
    )


def _most_missed(works: Iterable[Work], check: CheckVersion, numbers: Mapping[int, str]) -> list[Missed]:
    """Return the items missed by the largest share; each person counts once, with the first check they handed in."""
    missed, answered, objectives = Counter[tuple[str, str]](), Counter[tuple[str, str]](), dict[tuple[str, str], int]()
    for work in works:
        for attempt in work.graded[:1]:
            for grade in work.grades[attempt.pk]:
                key = (attempt.form, grade.item)
                answered[key] += 1
                missed[key] += grade.is_missed
                objectives[key] = grade.objective
    prompts = _prompts(check.pk, check.digest) if answered else {}
    worst = sorted(missed, key=lambda key: (-missed[key] / answered[key], -missed[key], key))
    return [
        Missed(numbers.get(objectives[key], ""), prompts.get(key, ""), missed[key], answered[key])
        for key in worst[:MOST_MISSED]
        if missed[key]
    ]


@lru_cache(maxsize=64)
def _prompts(pk: int, _digest: str) -> Mapping[tuple[str, str], str]:
    """Return the prompts of a check version by form and item: one query a process, because a version never changes."""
    forms = CheckVersion.objects.values_list("specification", flat=True).get(pk=pk)["forms"]
    return {(form, item["slug"]): item["prompt_html"] for form, items in forms.items() for item in items}
