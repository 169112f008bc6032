"""The problem bank: finding problems, and what state a problem is in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints.choices import Neglect, Order, ProblemState
from sprints.models import Claim, Excursion, Problem, ProblemQuerySet, ProblemSource
from sprints.needs import Need
from sprints.wording import words
from whitebox.errors import RuleViolation
from whitebox.people.models import User

PUBLIC_LIST = "open-problems"  # the source that a file belongs to when nothing else is said
MOST_WORDS = 8  # of a search; each costs one comparison a row
UNKNOWN = "unknown"
STARRED: dict[str, bool | None] = {"yes": True, "no": False, UNKNOWN: None}
LONG = timedelta(days=182)  # without anybody at it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; empty means anything."""

    text: str = ""
    category: int | None = None
    subcategory: str = ""
    objective: int | None = None
    difficulty: str = ""
    starred: str = ""
    state: str = ""
    neglect: str = ""
    order: str = ""

    def address(self, base: str) -> str:
        """Return the link under which the same search is found again."""
        asked = {"q": self.text, "category": self.category, "subcategory": self.subcategory}
        asked |= {"objective": self.objective, "difficulty": self.difficulty}
        asked |= {"starred": self.starred, "state": self.state, "neglect": self.neglect, "order": self.order}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{base}?{query}" if query else base


class Row(NamedTuple):
    """All that the list shows of a problem: a page of fifty rows is drawn once for those who find the same."""

    pk: int
    number: str
    title: str
    category: str
    subcategory: str
    is_starred: bool | None
    lowest: str
    highest: str
    state: str
    is_known: bool
    working_on: str
    idle_since: datetime

    @property
    def problem(self) -> Problem:
        """The same as a problem, which has the words for it. No query."""
        return Problem(
            difficulty_lowest=self.lowest,
            difficulty_highest=self.highest,
            state=self.state,
            is_known=self.is_known,
            working_on=self.working_on,
            idle_since=self.idle_since,
        )


ORDER = ("sort_key", "ordinal", "source_id")
SHOWN = (
    *("pk", "number", "title", "category__name", "subcategory", "is_starred"),
    *("difficulty_lowest", "difficulty_highest", "state", "is_known", "working_on", "idle_since"),
)


def found(wanted: Wanted, now: datetime | None = None) -> ProblemQuerySet:
    """Return the problems that fit, in natural order or the longest neglected first, as one query."""
    problems = Problem.objects.for_bank().filter(
        _about(wanted.text), _as_hard_as(wanted.difficulty), _as_neglected_as(wanted.neglect, now or timezone.now())
    )
    if wanted.category is not None:
        problems = problems.filter(category_id=wanted.category)
    if wanted.subcategory:
        problems = problems.filter(subcategory__icontains=wanted.subcategory)
    if wanted.objective is not None:
        problems = problems.filter(Exists(Need.objects.filter(problem=OuterRef("pk"), objective=wanted.objective)))
    if wanted.starred in STARRED:
        problems = problems.filter(is_starred=STARRED[wanted.starred])
    if wanted.state:
        problems = problems.filter(state=wanted.state)
    return problems.order_by("idle_since", *ORDER) if wanted.order == Order.NEGLECT else problems


def _about(text: str) -> Q:
    asked = words(text)[:MOST_WORDS]
    if not asked:
        return Q(pk__in=[]) if text.strip() else Q()  # signs without a word are in no problem
    # Long words are in few problems: a row that lacks the first is not asked for the others.
    return Q(search_text__has_words=sorted(asked, key=len, reverse=True))


ALONE = Q(state__in=[ProblemState.OPEN, ProblemState.STALE], working_on="")


def _as_neglected_as(wanted: str, now: datetime) -> Q:
    unknown = Q(is_known=False) & ~Q(state=ProblemState.ANSWERED)
    every = {
        Neglect.UNKNOWN: unknown,
        Neglect.NOBODY: ALONE,
        Neglect.BOTH: unknown & ALONE,
        Neglect.LONG: unknown & ALONE & Q(idle_since__lte=now - LONG),
    }
    return every[Neglect(wanted)] if wanted in Neglect.values else Q()


def _as_hard_as(letter: str) -> Q:
    if letter == UNKNOWN:
        return Q(difficulty_lowest="")
    if not letter:
        return Q()
    return Q(difficulty_lowest__gt="", difficulty_lowest__lte=letter, difficulty_highest__gte=letter)


def source_called(slug: str, **facts: str) -> ProblemSource:
    """Return the source called `slug`, made where there is none; `facts` are its columns."""
    source, _created = ProblemSource.objects.get_or_create(slug=slug, defaults={"title": slug} | facts)
    return source


def settle(problem: Problem) -> None:
    """Bring a problem's state in line with its claims. The caller holds the lock on its row."""
    was_taken = problem.is_taken
    problem.state = _state(problem)
    if was_taken and not problem.is_taken:
        problem.idle_since = timezone.now()
    problem.save(update_fields=["state", "answered_at", "stale_since", "idle_since"])


def _state(problem: Problem) -> ProblemState:
    if problem.answered_at is not None:
        return ProblemState.ANSWERED
    claim = Claim.objects.active().filter(problem=problem).first()
    if claim is None:
        return ProblemState.STALE if problem.stale_since else ProblemState.OPEN
    own = Q(claim__membership=claim.membership_id)
    if claim.team_id is not None:
        own |= Q(claim__team=claim.team_id)
    at_work = Excursion.objects.filter(own, claim__problem=problem, verdict__isnull=True)
    return ProblemState.IN_PROGRESS if at_work.exists() else ProblemState.CLAIMED


def locked(pk: int) -> Problem:
    """Return a problem whose row nobody else can change before this transaction ends."""
    return Problem.objects.select_for_update().get(pk=pk)


@transaction.atomic
def mark_answered(problem: Problem, *, by: User) -> None:
    """Take a problem off the open ones for good. Twice changes nothing; a claimed problem is refused."""
    current = _unclaimed(problem)
    current.answered_at = current.answered_at or timezone.now()
    settle(current)


@transaction.atomic
def mark_stale(problem: Problem, *, by: User) -> None:
    """Say that a problem has lost its point. It can be claimed all the same. Refused while it is claimed."""
    current = _unclaimed(problem)
    if current.answered_at is not None:
        raise RuleViolation(_("This problem is answered. Reopen it first."))
    current.stale_since = current.stale_since or timezone.now()
    settle(current)


@transaction.atomic
def reopen(problem: Problem, *, by: User) -> None:
    """Put an answered or stale problem back among the open ones. Twice changes nothing."""
    current = locked(problem.pk)
    current.answered_at = current.stale_since = None
    settle(current)


def _unclaimed(problem: Problem) -> Problem:
    current = locked(problem.pk)
    if Claim.objects.active().filter(problem=current).exists():
        raise RuleViolation(_("Somebody holds a claim on this problem. It has to end first."))
    return current
