"""Whatever becomes of an application that an organizer has a conflict with, the figures they see stay the same."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants import calibrating, conflicts, decisions, waitlist
from applicants.calibrations import Calibration, Summary
from applicants.choices import ApplicationState, ConflictOrigin, DecisionCode
from applicants.judgements import Decision, Reviewer
from applicants.models import Application, Round
from tests.applicants.conftest import organizer_of
from tests.applicants.readings import judge
from tests.factories.applicants import (
    ApplicationFactory,
    AssignmentFactory,
    DecisionFactory,
    ReviewerFactory,
    RoundFactory,
)
from whitebox.people.models import User

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|\?seed=\d+')


@dataclass(frozen=True, slots=True)
class Case:
    round: Round
    barred: Application
    others: list[Application]
    user: User  # an organizer with a conflict
    colleague: User
    client: Client

    def page(self, name: str) -> bytes:
        answer = self.client.get(reverse(f"admin:{name}", args=[self.round.slug]))
        assert answer.status_code == 200
        return TOKEN.sub(b"", answer.getvalue())


@pytest.fixture
def case(letters: None, client: Client) -> Case:
    """Five applications are read by three; the first came by a source of its own."""
    round_ = RoundFactory.create(places=2, cohort__seats=9)
    rows = [ApplicationFactory.create(round=round_, source="only" if place == 0 else "dlsu") for place in range(5)]
    readers = [ReviewerFactory.create(round=round_) for _ in range(3)]
    for place, row in enumerate(rows):
        for turn, reader in enumerate(readers):
            judge(row, reader, 1 + (place + turn) % 5)
    assert calibrating.refit(round_.pk, "screen") is not None
    user, colleague = organizer_of(round_.cohort), organizer_of(round_.cohort)
    own = ReviewerFactory.create(round=round_, membership=user.memberships.get())
    conflicts.record(own, rows[0], origin=ConflictOrigin.PINNED)
    client.force_login(user)
    return Case(round_, rows[0], rows[1:], user, colleague, client)


def score(case: Case, adjusted: float) -> None:
    Summary.objects.filter(application=case.barred).update(adjusted=adjusted, mean=adjusted)


def flip(case: Case, adjusted: float) -> None:
    reviewer = Reviewer.objects.filter(round=case.round).order_by("pk")[0]
    lost = {"reviewer": reviewer.pk, "lost": [case.barred.pk], "gained": []}
    Calibration.objects.update(flips=[lost] if adjusted > 3 else [])


def line_up(case: Case, adjusted: float) -> None:
    """Put it in front of the waiting list, or decline it."""
    code = DecisionCode.WAITLIST if adjusted > 3 else DecisionCode.DECLINE
    made = DecisionFactory.create(
        application=case.barred, code=code, waitlist_rank=1 if code == DecisionCode.WAITLIST else None
    )
    decisions.release([made], by=case.colleague)


def offer(case: Case, adjusted: float) -> None:
    if adjusted > 3:
        made = DecisionFactory.create(application=case.barred, code=DecisionCode.OFFER)
        Decision.objects.filter(pk=made.pk).update(released_at=timezone.now())


FATES: dict[str, tuple[Callable[[Case, float], None], list[str]]] = {
    "score": (score, ["applicants_board", "applicants_board_file", "applicants_disagreements", "applicants_pipeline"]),
    "flip": (flip, ["applicants_scales"]),
    "line": (line_up, ["applicants_waitlist", "applicants_sources", "applicants_letters_sent", "applicants_pipeline"]),
    "offer": (offer, ["applicants_sources", "applicants_letters"]),
}


@pytest.mark.parametrize("fate", FATES)
def test_no_figure_tells_what_became_of_it(case: Case, fate: str) -> None:
    become, names = FATES[fate]
    for place, row in enumerate(case.others[:2], start=2):
        waits = DecisionFactory.create(application=row, code=DecisionCode.WAITLIST, waitlist_rank=place)
        decisions.release([waits], by=case.colleague)
    found = []

    with time_machine.travel(timezone.now(), tick=False):
        for adjusted in (4.9, 1.1):
            with transaction.atomic():
                become(case, adjusted)
                found.append({name: case.page(name) for name in names})
                transaction.set_rollback(True)

    assert [name for name in names if found[0][name] != found[1][name]] == []


def test_a_line_is_ordered_by_the_places_one_sees(case: Case) -> None:
    rows = [case.barred, *case.others]
    for place, row in enumerate(rows, start=1):
        waits = DecisionFactory.create(application=row, code=DecisionCode.WAITLIST, waitlist_rank=place)
        decisions.release([waits], by=case.colleague)

    def codes() -> list[str]:
        return [one.application.code for one in waitlist.in_line(case.round)]

    def put(row: Application, place: int) -> None:
        held = Decision.objects.select_related("application__round").get(application=row)
        waitlist.put(held, place, reason="Why not.", by=case.user)

    first, second, third, fourth = (row.code for row in case.others)
    put(case.others[3], 1)
    assert codes() == [case.barred.code, fourth, first, second, third]
    put(case.others[3], 4)
    assert codes() == [case.barred.code, first, second, third, fourth]
    put(case.others[0], 1)
    assert codes() == [case.barred.code, first, second, third, fourth]


def test_a_funnel_says_what_it_leaves_out(case: Case) -> None:
    own = Reviewer.objects.get(round=case.round, membership__user=case.user)
    unread = case.others[0]
    AssignmentFactory.create(application=unread, reviewer=own)
    Application.objects.filter(pk=case.others[1].pk).update(state=ApplicationState.WITHDRAWN)

    text = case.page("applicants_sources").decode()

    assert "1 application is left out: you have a conflict with it." in text
    assert "1 application counts as started and submitted only" in text
    assert "only</th>" not in text
    assert re.search(
        r'dlsu</th><td class="num">4</td><td class="num">4</td><td class="num">100 %</td><td class="num">3<', text
    )
