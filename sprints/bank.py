"""The problem bank: finding problems, and what state a problem is in."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints.choices import ProblemState
from sprints.models import Claim, Excursion, Problem, ProblemQuerySet, ProblemSource
from whitebox.errors import RuleViolation
from whitebox.people.models import User

PUBLIC_LIST = "open-problems"  # the source that a file belongs to when nothing else is said
MOST_WORDS = 8  # of a search; each costs one comparison a row
UNKNOWN = "unknown"
STARRED: dict[str, bool | None] = {"yes": True, "no": False, UNKNOWN: None}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; empty means anything."""

    text: str = ""
    category: int | None = None
    difficulty: str = ""
    starred: str = ""
    state: str = ""

    def address(self, base: str) -> str:
        """Return the link under which the same search is found again."""
        asked = {"q": self.text, "category": self.category, "difficulty": self.difficulty}
        asked |= {"starred": self.starred, "state": self.state}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{base}?{query}" if query else base


def found(wanted: Wanted) -> ProblemQuerySet:
    """Return the problems that fit, in natural order, as one query."""
    problems = Problem.objects.for_bank().filter(_about(wanted.text), _as_hard_as(wanted.difficulty))
    if wanted.category is not None:
        problems = problems.filter(category_id=wanted.category)
    if wanted.starred in STARRED:
        problems = problems.filter(is_starred=STARRED[wanted.starred])
    if wanted.state:
        problems = problems.filter(state=wanted.state)
    return problems


def _about(text: str) -> Q:
    every = Q()
    for word in text.lower().split()[:MOST_WORDS]:
        every &= Q(search_text__contains=word)
    return every


def _as_hard_as(letter: str) -> Q:
    if letter == UNKNOWN:
        return Q(difficulty_lowest="")
    if not letter:
        return Q()
    return Q(difficulty_lowest__gt="", difficulty_lowest__lte=letter, difficulty_highest__gte=letter)


def search_text(*parts: str) -> str:
    """Return what a search looks at, in lower case."""
    return " ".join(" ".join(parts).lower().split())[:1000]


def source_called(slug: str, **facts: str) -> ProblemSource:
    """Return the source called `slug`, made where there is none; `facts` are its columns."""
    source, _created = ProblemSource.objects.get_or_create(slug=slug, defaults={"title": slug} | facts)
    return source


def settle(problem: Problem) -> None:
    """Bring a problem's state in line with its claims. The caller holds the lock on its row."""
    problem.state = _state(problem)
    problem.save(update_fields=["state", "answered_at", "stale_since"])


def _state(problem: Problem) -> ProblemState:
    if problem.answered_at is not None:
        return ProblemState.ANSWERED
    claim = Claim.objects.active().filter(problem=problem).first()
    if claim is None:
        return ProblemState.STALE if problem.stale_since else ProblemState.OPEN
    at_work = Excursion.objects.filter(
        claim__problem=problem, claim__membership=claim.membership_id, verdict__isnull=True
    )
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
