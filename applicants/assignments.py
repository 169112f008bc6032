"""Who reads what: proposed, looked at, deployed, and taken back where it was a mistake. Reviewers never choose.

The proposal is balanced and otherwise random. Severity can only be told from quality where assignment is near random.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants.choices import ApplicationState, AssignmentState, StageKind
from applicants.judgements import Assignment, AssignmentBatch, ConflictOfInterest, Review, Reviewer
from applicants.models import Application, Round
from whitebox.errors import RuleViolation
from whitebox.judging import assignment
from whitebox.people.choices import MembershipState
from whitebox.people.models import User

COUNTING = [AssignmentState.OPEN, AssignmentState.DONE]
BLOCK = 1_000  # applications assigned at once: the time grows faster than their number

Pair = tuple[int, int]  # an application and a reviewer


@dataclass(frozen=True, slots=True)
class Short:
    """An application that wants more readings than conflicts and loads leave for it."""

    code: str
    wanted: int
    possible: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Readings to add, in the order in which they are read; or the applications for which there is no assignment."""

    pairs: tuple[Pair, ...]
    short: tuple[Short, ...]
    load: Mapping[int, int]  # readings by reviewer, those that exist included
    seed: int = 0


@dataclass(slots=True)
class _Desks:
    """What there is: who may read how much, and which readings there are or must not be."""

    most: dict[int, int]
    reviewers: list[int]
    barred: set[Pair]
    live: set[Pair] = field(default_factory=set)


def propose(round_: Round, *, seed: int, without: Collection[str] = ()) -> Proposal:
    """Propose the readings that each application's stage still wants. Writes nothing; the same seed proposes the same.

    All or nothing: where an application cannot have its readings, the proposal is empty and names it. `without`
    leaves out applications by their codes, on purpose. Interviews are booked, not assigned. Four queries at any size.
    """
    found = list(
        Application.objects.filter(round=round_, state=ApplicationState.SUBMITTED)
        .exclude(stage__kind=StageKind.INTERVIEW)
        .exclude(code__in=without)
        .select_related("stage")
        .order_by("pk")
    )
    rng = random.Random(seed)  # noqa: S311  # a draw, no secret
    rng.shuffle(found)
    desks = _desks(round_, found)
    pairs, short = _balanced(desks, found, seed)
    rng.shuffle(pairs)
    load = dict.fromkeys(desks.reviewers, 0)
    for _application, reviewer in [*desks.live, *([] if short else pairs)]:
        if reviewer in load:
            load[reviewer] += 1
    return Proposal(() if short else tuple(pairs), tuple(sorted(short, key=lambda one: one.code)), load, seed)


def _desks(round_: Round, found: Sequence[Application]) -> _Desks:
    active = Reviewer.objects.filter(round=round_, is_active=True, membership__state=MembershipState.ACTIVE)
    bounds = dict(active.order_by("pk").values_list("pk", "most"))
    pair = ("application_id", "reviewer_id")
    barred = set(ConflictOfInterest.objects.filter(application__round=round_).values_list(*pair))
    desks = _Desks({one: most for one, most in bounds.items() if most is not None}, list(bounds), barred)
    stages = {one.pk: one.stage_id for one in found}
    held = Assignment.objects.filter(application__round=round_).values_list(*pair, "stage_id", "state")
    for application, reviewer, stage, state in held:
        if stages.get(application) != stage:
            continue
        # What was given back or stepped back from does not come to the same reviewer again.
        (desks.live if state in COUNTING else desks.barred).add((application, reviewer))
    return desks


def _balanced(desks: _Desks, found: Sequence[Application], seed: int) -> tuple[list[Pair], list[Short]]:
    pairs: list[Pair] = []
    short: list[Short] = []
    for start in range(0, len(found), BLOCK):
        block = found[start : start + BLOCK]
        proposed = assignment.propose(
            [one.pk for one in block],
            desks.reviewers,
            readers={one.pk: one.stage.reviews if one.stage else 0 for one in block},
            most=desks.most,
            conflicts=desks.barred,
            held=desks.live | set(pairs),
            seed=seed,
        )
        codes = {one.pk: one.code for one in block}
        short += [Short(codes[one.application], one.needed, one.available) for one in proposed.shortages]
        pairs += proposed.pairs
    return pairs, short


def missing(round_: Round) -> int:
    """Return how many readings the stages of all applications still want. One query."""
    live = Q(assignments__stage=F("stage"), assignments__state__in=COUNTING)
    found = (
        Application.objects.filter(round=round_, state=ApplicationState.SUBMITTED)
        .exclude(stage__kind=StageKind.INTERVIEW)
        .annotate(lacking=F("stage__reviews") - Count("assignments", filter=live))
        .filter(lacking__gt=0)
    )
    return found.aggregate(total=Sum("lacking"))["total"] or 0


@transaction.atomic
def deploy(round_: Round, pairs: Sequence[Pair], *, by: User | None, seed: int = 0) -> int:
    """Put proposed readings on the reviewers' desks as one batch and return how many were new. Twice adds nothing.

    Raises RuleViolation where a pair has a conflict of interest or does not belong to the round.
    """
    Round.objects.select_for_update().get(pk=round_.pk)
    stages = _stages_of(round_, pairs)
    present = set(
        Assignment.objects.filter(application__round=round_).values_list("application_id", "reviewer_id", "stage_id")
    )
    fresh = [pair for pair in dict.fromkeys(pairs) if (*pair, stages[pair[0]]) not in present]
    if not fresh:
        return 0
    batch = AssignmentBatch.objects.create(round=round_, seed=seed, by=by)
    place = last_places({reviewer for _application, reviewer in fresh})
    rows = []
    for application, reviewer in fresh:
        place[reviewer] = place.get(reviewer, 0) + 1
        rows.append(
            Assignment(
                application_id=application,
                reviewer_id=reviewer,
                stage_id=stages[application],
                batch=batch,
                position=place[reviewer],
            )
        )
    Assignment.objects.bulk_create(rows, batch_size=500)
    return len(fresh)


def _stages_of(round_: Round, pairs: Sequence[Pair]) -> dict[int, int]:
    """Return the stage of each application that can be read; refuse pairs that are possible no longer."""
    found = Application.objects.filter(round=round_, state=ApplicationState.SUBMITTED, stage__isnull=False)
    stages = dict(found.values_list("pk", "stage_id"))
    known = set(Reviewer.objects.filter(round=round_, is_active=True).values_list("pk", flat=True))
    barred = set(
        ConflictOfInterest.objects.filter(application__round=round_).values_list("application_id", "reviewer_id")
    )
    if any(pair in barred or pair[0] not in stages or pair[1] not in known for pair in pairs):
        raise RuleViolation(_("The round has changed since this was proposed. Propose again."))
    return stages


def last_places(reviewers: Collection[int]) -> dict[int, int]:
    """Return the last place in each reviewer's own reading order; who has nothing is left out."""
    held = Assignment.objects.filter(reviewer__in=reviewers).values("reviewer_id").annotate(last=Max("position"))
    return dict(held.values_list("reviewer_id", "last"))


@transaction.atomic
def undeploy(batch: AssignmentBatch, *, by: User) -> int:
    """Take a batch off the desks and return how many readings went. What was begun stays. Twice changes nothing."""
    current = AssignmentBatch.objects.select_for_update().get(pk=batch.pk)
    if current.undeployed_at is not None:
        return 0
    # Locked first: a draft that is being saved now is then either here, or finds its reading gone.
    open_ = list(
        current.assignments.select_for_update(of=("self",))
        .filter(state=AssignmentState.OPEN)
        .values_list("pk", flat=True)
    )
    begun = set(Review.objects.filter(assignment__batch=current).values_list("assignment_id", flat=True))
    gone = [pk for pk in open_ if pk not in begun]
    for start in range(0, len(gone), BLOCK):
        Assignment.objects.filter(pk__in=gone[start : start + BLOCK]).delete()
    current.undeployed_at, current.undeployed_by = timezone.now(), by
    current.save(update_fields=["undeployed_at", "undeployed_by"])
    return len(gone)
