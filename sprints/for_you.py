"""Which problems suit a person, with the reason in words: interest, difficulty, and what they have mastered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sprints import needed
from sprints.bank import SHOWN, Row
from sprints.choices import Difficulty, ProblemState
from sprints.models import Category, Claim, Problem
from sprints.needs import Need
from sprints.tastes import Taste
from whitebox.people.models import User

MOST = 20  # problems of a list; more is the bank itself
# What counts how much. Interest and difficulty are what a person said; mastery is what the record says.
INTEREST, RIGHT_LETTER, NEXT_LETTER, ALL_MASTERED, UNSAID, STAR, UNKNOWN = 4.0, 3.0, 1.0, 4.0, 2.0, 1.0, 0.5


class Candidate(NamedTuple):
    """What is compared of an open problem."""

    pk: int
    sort_key: str
    category: int
    lowest: str
    highest: str
    is_starred: bool | None
    is_known: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known about the person who asks."""

    categories: frozenset[int] = frozenset()
    difficulty: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a problem suits a reader: each part by itself, so that the reason can be said."""

    candidate: Candidate
    reader: Reader
    needs: int = 0
    met: int = 0

    @property
    def is_of_interest(self) -> bool:
        return self.candidate.category in self.reader.categories

    @property
    def letters_off(self) -> int | None:
        """By how many letters the sought difficulty lies outside the range; None where one of them is not said."""
        if not self.reader.difficulty or not self.candidate.lowest:
            return None
        letters = Difficulty.values
        low, high, sought = map(letters.index, (self.candidate.lowest, self.candidate.highest, self.reader.difficulty))
        return max(low - sought, sought - high, 0)

    @property
    def score(self) -> float:
        mastered = ALL_MASTERED * self.met / self.needs if self.needs else UNSAID
        letter = {0: RIGHT_LETTER, 1: NEXT_LETTER}.get(self.letters_off if self.letters_off is not None else -1, 0.0)
        extras = STAR * bool(self.candidate.is_starred) + UNKNOWN * (not self.candidate.is_known)
        return INTEREST * self.is_of_interest + letter + mastered + extras

    def reasons(self, category: str) -> list[str]:
        """Return why it stands here, the strongest reason first."""
        return [
            *([_("%(category)s is what you asked for.") % {"category": category}] if self.is_of_interest else []),
            *self._of_difficulty(),
            self._of_mastery(),
            *([_("Its source recommends it.")] if self.candidate.is_starred else []),
            *([] if self.candidate.is_known else [_("Nothing is known on it yet.")]),
        ]

    def _of_difficulty(self) -> list[str]:
        if self.letters_off == 0:
            return [_("Its difficulty is the one you seek.")]
        if self.letters_off == 1:
            return [_("Its difficulty is one step from the one you seek.")]
        return []

    def _of_mastery(self) -> str:
        if not self.needs:
            return _("It does not say what it needs.")
        if self.met == self.needs:
            return ngettext(
                "You have mastered the objective it needs.",
                "You have mastered all %(count)d objectives it needs.",
                self.needs,
            ) % {"count": self.needs}
        return _("You have mastered %(met)d of the %(needs)d objectives it needs.") % {
            "met": self.met,
            "needs": self.needs,
        }


def ranked(candidates: Collection[Candidate], reader: Reader, needs: Mapping[int, tuple[int, int]]) -> list[Fit]:
    """Return the best fits, the best first; equal ones in natural order. `needs` maps a problem to (needed, met)."""
    fits = (Fit(one, reader, *needs.get(one.pk, (0, 0))) for one in candidates)
    return sorted(fits, key=lambda fit: (-fit.score, fit.candidate.sort_key, fit.candidate.pk))[:MOST]


@dataclass(frozen=True, slots=True)
class Suggestion:
    row: Row
    reasons: tuple[str, ...]


def suggestions(user: User, taste: Taste | None) -> list[Suggestion]:
    """Return the open problems that suit a person and that they have not worked on. Five queries."""
    reader = _reader(taste)
    done = Claim.objects.filter(membership__user=user).values("problem")
    fresh = Problem.objects.filter(state=ProblemState.OPEN).exclude(pk__in=done).order_by()
    columns = ("pk", "sort_key", "category", "difficulty_lowest", "difficulty_highest", "is_starred", "is_known")
    fits = ranked([Candidate(*row) for row in fresh.values_list(*columns)], reader, _needs(needed.mastered(user)))
    chosen = Problem.objects.filter(pk__in=[fit.candidate.pk for fit in fits]).values_list(*SHOWN)
    rows = {row[0]: Row._make(row) for row in chosen}
    return [
        Suggestion(rows[fit.candidate.pk], tuple(fit.reasons(rows[fit.candidate.pk].category)))
        for fit in fits
        if fit.candidate.pk in rows
    ]


def _reader(taste: Taste | None) -> Reader:
    if taste is None:
        return Reader()
    return Reader(frozenset(one.pk for one in taste.categories.all()), taste.difficulty)


def _needs(mastered: Collection[int]) -> dict[int, tuple[int, int]]:
    counted = (
        Need.objects.order_by()
        .values_list("problem")
        .annotate(needed=Count("pk"), met=Count("pk", filter=Q(objective__in=mastered)))
    )
    return {problem: (needed_, met) for problem, needed_, met in counted}


def taste_of(user: User) -> Taste | None:
    """Return what a person said they would like. Two queries, one where they said nothing."""
    return Taste.objects.filter(user=user).prefetch_related("categories").first()


@transaction.atomic
def state_taste(categories: Collection[Category], difficulty: str, *, by: User) -> Taste:
    """Keep what a person would like to work on; it replaces what they said before."""
    kept, _created = Taste.objects.update_or_create(
        user=by, defaults={"difficulty": difficulty, "changed_at": timezone.now()}
    )
    kept.categories.set(categories)
    return kept
