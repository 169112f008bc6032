"""What must hold between problems, claims and logs; the database cannot say these across tables."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sprints.boards import Card
from sprints.choices import ProblemState
from sprints.contests import Rating
from sprints.models import TAKEN, Claim, LogEntry, Problem
from sprints.rosters import TeamMember
from sprints.works import Work
from whitebox.web.invariant import Invariant


def _state_disagrees_with_claims() -> QuerySet[Problem]:
    held = Exists(Claim.objects.active().filter(problem=OuterRef("pk")))
    return Problem.objects.filter(
        (Q(state__in=TAKEN) & ~held) | (Q(state__in=[ProblemState.OPEN, ProblemState.STALE]) & held)
    )


def _corrections_of_other_excursions() -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(corrects__isnull=False).exclude(corrects__excursion=F("excursion"))


def _known_disagrees_with_works() -> QuerySet[Problem]:
    written = ~Q(existing_work="") | Exists(Work.objects.filter(problem=OuterRef("pk")))
    return Problem.objects.filter((Q(is_known=True) & ~written) | (Q(is_known=False) & written))


def _cards_of_other_boards() -> QuerySet[Card]:
    return Card.objects.exclude(column__sprint=F("sprint"))


def _ratings_across_hackathons() -> QuerySet[Rating]:
    return Rating.objects.exclude(judge__hackathon=F("entry__hackathon"))


def _judges_in_the_team() -> QuerySet[Rating]:
    inside = TeamMember.objects.filter(
        team=OuterRef("entry__team"), membership__user=OuterRef("judge__membership__user"), left_at=None
    )
    return Rating.objects.filter(Exists(inside), submitted_at__isnull=False)


INVARIANTS = (
    Invariant("a problem is taken exactly while a claim on it is active", _state_disagrees_with_claims),
    Invariant("a problem is known exactly while a work on it is named", _known_disagrees_with_works),
    Invariant("a card stands in a column of its own board", _cards_of_other_boards),
    Invariant("a judge rates entries of the own hackathon", _ratings_across_hackathons),
    Invariant("nobody rates the entry of the own team", _judges_in_the_team),
    Invariant("a correction stands in the log that it corrects", _corrections_of_other_excursions),
)
