"""What must hold between problems, claims and logs; the database cannot say these across tables."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sprints.choices import ProblemState
from sprints.models import TAKEN, Claim, LogEntry, Problem
from whitebox.web.invariant import Invariant


def _state_disagrees_with_claims() -> QuerySet[Problem]:
    held = Exists(Claim.objects.active().filter(problem=OuterRef("pk")))
    return Problem.objects.filter(
        (Q(state__in=TAKEN) & ~held) | (Q(state__in=[ProblemState.OPEN, ProblemState.STALE]) & held)
    )


def _corrections_of_other_excursions() -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(corrects__isnull=False).exclude(corrects__excursion=F("excursion"))


INVARIANTS = (
    Invariant("a problem is taken exactly while a claim on it is active", _state_disagrees_with_claims),
    Invariant("a correction stands in the log that it corrects", _corrections_of_other_excursions),
)
