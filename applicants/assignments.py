"""Who reads what: proposed, looked at, then deployed. Reviewers never choose.

The proposal is random and balanced. Severity can only be told from quality where the assignment is near random.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from applicants.choices import ApplicationState, AssignmentState
from applicants.judgements import Assignment, ConflictOfInterest, Reviewer
from applicants.models import Application, Round
from whitebox.errors import RuleViolation
from whitebox.people.models import User

COUNTING = [AssignmentState.OPEN, AssignmentState.DONE]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Readings to add, as pairs of application and reviewer, and the applications that lack eligible reviewers."""

    pairs: tuple[tuple[int, int], ...]
    short: tuple[str, ...]
    load: Mapping[int, int]  # readings by reviewer, those that exist included


def propose(round_: Round, *, seed: int) -> Proposal:
    """Propose the readings that each application's stage still wants. Writes nothing; the same seed proposes the same.

    Costs four queries, whatever the size of the round.
    """
    reviewers = list(Reviewer.objects.filter(round=round_, is_active=True).values_list("pk", flat=True).order_by("pk"))
    applications = list(
        Application.objects.filter(round=round_, state=ApplicationState.SUBMITTED)
        .select_related("stage")
        .order_by("pk")
    )
    barred = set(
        ConflictOfInterest.objects.filter(application__round=round_).values_list("application_id", "reviewer_id")
    )
    held = Assignment.objects.filter(application__round=round_).values_list(
        "application_id", "reviewer_id", "stage_id", "state"
    )
    return _balanced(reviewers, applications, barred, list(held), random.Random(seed))  # noqa: S311  # a draw, no secret


def _balanced(
    reviewers: Sequence[int],
    applications: Sequence[Application],
    barred: set[tuple[int, int]],
    held: Sequence[tuple[int, int, int, str]],
    rng: random.Random,
) -> Proposal:
    load = Counter(dict.fromkeys(reviewers, 0))
    load.update(reviewer for _pk, reviewer, _stage, state in held if state in COUNTING and reviewer in load)
    taken = {(pk, reviewer, stage) for pk, reviewer, stage, _state in held}
    counted = Counter((pk, stage) for pk, _reviewer, stage, state in held if state in COUNTING)
    pairs: list[tuple[int, int]] = []
    short: list[str] = []
    for application in rng.sample(applications, len(applications)):
        stage = application.stage
        wanted = (stage.reviews if stage else 0) - counted[(application.pk, stage.pk if stage else 0)]
        eligible = [
            reviewer
            for reviewer in reviewers
            if (application.pk, reviewer) not in barred
            and (application.pk, reviewer, application.stage_id) not in taken
        ]
        chosen = sorted(eligible, key=lambda reviewer: (load[reviewer], rng.random()))[: max(0, wanted)]
        load.update(chosen)
        pairs.extend((application.pk, reviewer) for reviewer in chosen)
        if len(chosen) < wanted:
            short.append(application.code)
    return Proposal(tuple(pairs), tuple(sorted(short)), dict(load))


@transaction.atomic
def deploy(round_: Round, pairs: Sequence[tuple[int, int]], *, by: User | None) -> int:
    """Put proposed readings on the reviewers' desks and return how many were new. Twice adds nothing.

    Raises RuleViolation where a pair has a conflict of interest or does not belong to the round.
    """
    Round.objects.select_for_update().get(pk=round_.pk)
    stages = dict(
        Application.objects.filter(round=round_, state=ApplicationState.SUBMITTED).values_list("pk", "stage_id")
    )
    known = set(Reviewer.objects.filter(round=round_, is_active=True).values_list("pk", flat=True))
    barred = set(
        ConflictOfInterest.objects.filter(application__round=round_).values_list("application_id", "reviewer_id")
    )
    if any(pair in barred or pair[0] not in stages or pair[1] not in known for pair in pairs):
        raise RuleViolation(_("The round has changed since this was proposed. Propose again."))
    present = set(
        Assignment.objects.filter(application__round=round_).values_list("application_id", "reviewer_id", "stage_id")
    )
    last = dict(
        Assignment.objects.filter(reviewer__round=round_)
        .values("reviewer_id")
        .annotate(last=Max("position"))
        .values_list("reviewer_id", "last")
    )
    fresh = []
    for application, reviewer in pairs:
        if (application, reviewer, stages[application]) in present:
            continue
        last[reviewer] = last.get(reviewer, 0) + 1
        fresh.append(
            Assignment(
                application_id=application,
                reviewer_id=reviewer,
                stage_id=stages[application],
                position=last[reviewer],
            )
        )
    Assignment.objects.bulk_create(fresh, batch_size=500)
    return len(fresh)
