from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants import reviewing, windows
from applicants.judgements import Assignment, Review
from applicants.models import StageWindow
from applicants.procedures import Criterion
from tests.factories.applicants import AssignmentFactory, FormVersionFactory
from whitebox.errors import RuleViolation

HOUR = timedelta(hours=1)


@pytest.fixture
def reading(db: None) -> Assignment:
    return AssignmentFactory.create()


def window(reading: Assignment, opens: timedelta | None, closes: timedelta | None) -> StageWindow:
    now = timezone.now()
    return StageWindow.objects.create(
        round=reading.application.round,
        stage=reading.stage,
        opens_at=now + opens if opens is not None else None,
        closes_at=now + closes if closes is not None else None,
    )


OPEN = [(None, None), (-HOUR, None), (None, HOUR), (-HOUR, HOUR)]
SHUT = [(HOUR, None), (None, -HOUR), (HOUR, 2 * HOUR), (-2 * HOUR, -HOUR)]


@pytest.mark.parametrize(("opens", "closes"), OPEN)
def test_a_stage_is_open_within_its_dates(
    reading: Assignment, opens: timedelta | None, closes: timedelta | None
) -> None:
    window(reading, opens, closes)

    assert windows.closed([reading.application.round_id], timezone.now()) == []


@pytest.mark.parametrize(("opens", "closes"), SHUT)
def test_nobody_reads_or_writes_outside_the_dates(
    client: Client, reading: Assignment, opens: timedelta | None, closes: timedelta | None
) -> None:
    window(reading, opens, closes)
    user = reading.reviewer.membership.user
    client.force_login(user)
    revision = reading.application.revisions.get()
    levels: dict[Criterion, int | None] = dict.fromkeys(Criterion.objects.all(), 3)

    shown = client.get(reverse("admin:applicants_desk_read", args=[reading.application.code]))
    desk = client.get(reverse("admin:applicants_desk"))
    with pytest.raises(RuleViolation, match="at this stage"):
        reviewing.submit(reading, revision, levels, "", by=user)

    assert (shown.status_code, desk.context["first"], len(desk.context["shut"])) == (302, None, 1)
    assert not Review.objects.exists()


def test_a_window_holds_for_the_same_stage_of_a_later_form(reading: Assignment) -> None:
    later = FormVersionFactory.create().stages.get(slug=reading.stage.slug)
    StageWindow.objects.create(round=reading.application.round, stage=later, opens_at=timezone.now() + HOUR)

    with pytest.raises(RuleViolation, match="has not begun"):
        windows.require_open(reading.application.round_id, reading.stage.slug, timezone.now())


def test_the_home_page_counts_what_can_be_read_now(client: Client, reading: Assignment) -> None:
    client.force_login(reading.reviewer.membership.user)
    words = "1 application to read"
    before = words in client.get(reverse("web:home")).content.decode()

    window(reading, HOUR, None)

    assert (before, words in client.get(reverse("web:home")).content.decode()) == (True, False)
