from datetime import timedelta

import pytest
from django.utils import timezone

from applicants import calibrating, conflicts, reviewing, routed, tasks
from applicants.choices import AssignmentOrigin, AssignmentState, ConflictOrigin
from applicants.judgements import Assignment, Reviewer
from applicants.models import Application, Round, StageWindow
from tests.applicants.conftest import organizer_of
from tests.applicants.readings import judge, read_round
from tests.factories.applicants import ReviewerFactory, RoundFactory

# Two clear ones, two hopeless ones, and two between: the last four readers know nobody.
ROWS: list[list[int | None]] = [[5, 5], [5, 5], [3, 4], [4, 3], [1, 1], [1, 1], [5, 4], [1, 2]]


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create(places=4, is_routed=True)


def read(round_: Round, idle: int = 2) -> tuple[list[Application], list[Reviewer]]:
    """Let two read all; `idle` more have nothing yet."""
    found, _readers = read_round(round_, ROWS, reviewers=2)
    calibrating.refit(round_.pk, "screen")
    return found, [ReviewerFactory.create(round=round_) for _ in range(idle)]


def routed_rows() -> list[Assignment]:
    return list(Assignment.objects.filter(origin=AssignmentOrigin.ROUTED).order_by("pk"))


def test_open_decisions_are_read_again_by_whoever_has_least(round_: Round) -> None:
    found, idle = read(round_)

    count = routed.hand_out(round_.pk, "screen")

    rows = routed_rows()
    assert count == len(rows) > 0
    assert {row.application for row in rows} <= {*found[2:4]}
    assert {row.reviewer for row in rows} <= set(idle)
    assert all(row.state == AssignmentState.OPEN and row.stage == row.application.stage for row in rows)


def test_the_next_ones_wait_for_what_the_first_tell(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routed, "BATCH", 1)
    _found, idle = read(round_)

    counts = [routed.hand_out(round_.pk, "screen") for _ in range(2)]
    (first,) = routed_rows()
    judge(first.application, first.reviewer, 3)
    calibrating.refit(round_.pk, "screen")
    third = routed.hand_out(round_.pk, "screen")

    assert (counts, third) == ([1, 0], 1)
    assert routed_rows()[1].reviewer in idle


@pytest.mark.parametrize("reason", ["off", "window", "cap", "most", "conflict", "gone"])
def test_nothing_is_routed_when(round_: Round, reason: str) -> None:
    found, idle = read(round_, idle=1)
    if reason == "off":
        Round.objects.update(is_routed=False)
    elif reason == "window":
        StageWindow.objects.create(
            round=round_,
            stage=found[0].stage,
            closes_at=timezone.now() - timedelta(days=1),  # type: ignore[misc]
        )
    elif reason == "cap":
        Round.objects.update(most_reviews=2)
    elif reason == "most":
        Reviewer.objects.filter(pk=idle[0].pk).update(most=0)
    elif reason == "conflict":
        for one in found:
            conflicts.record(idle[0], one, origin=ConflictOrigin.PINNED)
    else:
        Reviewer.objects.filter(pk=idle[0].pk).update(is_active=False)

    assert routed.hand_out(round_.pk, "screen") == 0


def test_what_was_handed_back_does_not_come_again(round_: Round) -> None:
    _found, idle = read(round_, idle=1)
    routed.hand_out(round_.pk, "screen")
    back = routed_rows()
    for row in back:
        reviewing.hand_back(row, by=idle[0].membership.user)

    assert routed.hand_out(round_.pk, "screen") == 0


def test_it_follows_a_fit_in_the_same_task(round_: Round) -> None:
    read_round(round_, ROWS, reviewers=2)
    ReviewerFactory.create(round=round_)

    for _delivered in range(2):
        tasks.refit(round_.pk, "screen")

    assert 0 < len(routed_rows()) <= routed.BATCH


def test_switching_on_hands_out_at_once(round_: Round, django_capture_on_commit_callbacks: object) -> None:
    Round.objects.update(is_routed=False)
    read(round_)
    organizer = organizer_of(round_.cohort)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture without types
        for _twice in range(2):
            routed.switch(round_, on=True, by=organizer)
    count = len(routed_rows())
    routed.switch(round_, on=False, by=organizer)

    round_.refresh_from_db()
    assert count > 0
    assert (round_.is_routed, len(routed_rows())) == (False, count)


def test_without_scores_nothing_is_routed(round_: Round) -> None:
    assert routed.hand_out(round_.pk, "screen") == 0
    assert routed.hand_out(round_.pk, "no-such-stage") == 0
