"""Further readings, handed out where they may change who is in. Switched on by round; reviewers are not told why."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from applicants import calibrating, computation, scores, tasks, windows
from applicants.assignments import COUNTING, last_places
from applicants.calibrations import Calibration, Summary
from applicants.choices import ApplicationState, AssignmentOrigin, AssignmentState, StageKind
from applicants.judgements import Assignment, ConflictOfInterest, Reviewer
from applicants.models import Application, Round
from applicants.procedures import Stage
from whitebox.judging import selection
from whitebox.people.choices import MembershipState
from whitebox.people.models import User

BATCH = 10  # routed readings that are open at a time; the next ones wait for what these tell


@transaction.atomic
def switch(round_: Round, *, on: bool, by: User) -> None:
    """Send further readings where they matter, or stop. What is on the desks stays there. Twice changes nothing."""
    Round.objects.filter(pk=round_.pk).update(is_routed=on)
    if on:
        for stage in Stage.objects.filter(form=round_.form_id).exclude(kind=StageKind.INTERVIEW):
            tasks.route.delay_on_commit(round_.pk, stage.slug)


@transaction.atomic
def hand_out(round_id: int, slug: str) -> int:
    """Hand out the next readings by the last fit and return how many. Until they are in, another call adds none.

    It stops by itself: when no decision is open, when applications or reviewers have had what they may.
    """
    round_ = Round.objects.select_for_update(of=("self",)).select_related("form").get(pk=round_id)
    stages = scores.stages_of(round_, slug)
    room = BATCH - _under_way(round_, stages)
    if not round_.is_routed or room <= 0 or not _takes_readings(round_, stages):
        return 0
    last = calibrating.newest(round_, stages)
    return len(_routed(round_, stages, last, room)) if last else 0


def _takes_readings(round_: Round, stages: Sequence[Stage]) -> bool:
    shut = {one.stage for one in windows.closed([round_.pk], timezone.now())}
    return bool(stages) and stages[0].kind != StageKind.INTERVIEW and stages[0].slug not in shut


def _under_way(round_: Round, stages: Sequence[Stage]) -> int:
    live = Assignment.objects.filter(application__round=round_, stage__in=stages, state=AssignmentState.OPEN)
    return live.filter(origin=AssignmentOrigin.ROUTED).count()


def _routed(round_: Round, stages: Sequence[Stage], last: Calibration, room: int) -> list[Assignment]:
    """Choose and assign. Only what the last fit saw as open is read again."""
    chances = dict(Summary.objects.filter(calibration=last).values_list("application_id", "p_top"))
    known = {one: chance for one, chance in chances.items() if chance is not None}
    open_ = set(selection.grey_zone(known))
    if not open_:
        return []
    present = dict(
        Application.objects.filter(
            round=round_, state=ApplicationState.SUBMITTED, stage__in=stages, pk__in=open_
        ).values_list("pk", "stage_id")
    )
    found = computation.complete(scores.of_stage(round_.pk, stages))
    fit = computation.fitted([one for one in found if one.application in known])
    held = list(
        Assignment.objects.filter(application__round=round_, stage__in=stages).values_list(
            "application_id", "reviewer_id", "state", "position"
        )
    )
    barred = ConflictOfInterest.objects.filter(application__round=round_).values_list("application_id", "reviewer_id")
    most, loads = _desks(round_, held)
    pairs = selection.next_review(
        fit,
        known,
        loads=loads,
        held=[row[:2] for row in held if row[2] in COUNTING],
        # What somebody gave back or stepped back from does not come to them again.
        conflicts=[*barred, *(row[:2] for row in held if row[2] not in COUNTING)],
        applications=set(present),
        minimum=max(1, stages[0].reviews),
        cap=round_.most_reviews,
        most=most,
        batch=room,
        seed=last.seed + last.reviews,
    )
    return _assigned(pairs, present)


def _desks(round_: Round, held: Sequence[tuple[int, int, str, int]]) -> tuple[dict[int, int], dict[int, int]]:
    """Return what each active reviewer may read at most, where they said so, and what each has read or has to."""
    active = Reviewer.objects.filter(round=round_, is_active=True, membership__state=MembershipState.ACTIVE)
    bounds = dict(active.order_by("pk").values_list("pk", "most"))
    count = Counter(reviewer for _application, reviewer, state, _position in held if state in COUNTING)
    most = {reviewer: bound for reviewer, bound in bounds.items() if bound is not None}
    return most, {reviewer: count[reviewer] for reviewer in bounds}


def _assigned(pairs: Sequence[tuple[int, int]], stages: Mapping[int, int | None]) -> list[Assignment]:
    last = last_places({reviewer for _application, reviewer in pairs})
    rows = []
    for application, reviewer in pairs:
        last[reviewer] = last.get(reviewer, 0) + 1
        rows.append(
            Assignment(
                application_id=application,
                reviewer_id=reviewer,
                stage_id=stages[application] or 0,
                origin=AssignmentOrigin.ROUTED,
                position=last[reviewer],
            )
        )
    return Assignment.objects.bulk_create(rows)
