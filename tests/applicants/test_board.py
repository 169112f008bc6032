import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applicants import board, calibrating, conflicts, disagreements, summaries
from applicants.board import Chosen
from applicants.calibrations import Summary
from applicants.choices import ConflictOrigin, DecisionCode
from applicants.judgements import Reconciliation
from applicants.models import Application, Round
from applicants.procedures import Stage
from tests.applicants.conftest import organizer_of
from tests.applicants.readings import judge, read_round
from tests.factories.applicants import (
    ApplicationFactory,
    AssignmentFactory,
    DecisionFactory,
    ReviewerFactory,
    RoundFactory,
)
from tests.factories.people import CohortFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User

PAGES = ("board", "board_file", "disagreements", "scales")
ROWS: list[list[int | None]] = [[5, 5], [4, 4], [3, 3], [2, 2], [1, 5], [3, None]]


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create(places=2)


@pytest.fixture
def organizer(round_: Round) -> User:
    return organizer_of(round_.cohort)


@pytest.fixture
def desk(client: Client, organizer: User) -> Client:
    client.force_login(organizer)
    return client


def address(name: str, round_: Round, *more: str) -> str:
    return reverse(f"admin:applicants_{name}", args=[round_.slug, *more])


def read(round_: Round) -> list[Application]:
    found, _readers = read_round(round_, ROWS, reviewers=2)
    ApplicationFactory.create(round=round_)
    summaries.open_missing()
    calibrating.refit(round_.pk, "screen")
    return found


def codes(response: Any) -> list[str]:
    return [line.code for line in response.context["lines"]]


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_the_board_have_a_fixed_number_of_queries(
    desk: Client, round_: Round, django_assert_num_queries: Any, rows: int
) -> None:
    found, _readers = read_round(round_, [[5, 3]] * (rows + 1), reviewers=2)
    calibrating.refit(round_.pk, "screen")
    for name, count in (("board", 12), ("disagreements", 11), ("scales", 10)):
        desk.get(address(name, round_))
        with django_assert_num_queries(count):
            desk.get(address(name, round_))
    with django_assert_num_queries(13):
        desk.get(address("sheet", round_, found[0].code))


def test_the_board_ranks_by_the_adjusted_score_and_ends_with_who_has_none(desk: Client, round_: Round) -> None:
    found = read(round_)

    shown = desk.get(address("board", round_))

    ranked = Summary.objects.filter(adjusted__isnull=False).order_by("-adjusted", "application_id")
    assert codes(shown)[:-1] == [row.application.code for row in ranked]
    assert len(codes(shown)) == len(found) + 1
    text = shown.content.decode()
    assert "of the 2 you admit" in text
    assert "Only 2 people have read" in text
    assert "Only 6 applications have been read" in text


def test_the_cut_is_looked_up_in_the_index_alone(desk: Client, round_: Round) -> None:
    """By way of the applications' own order it took 20,000 rows to find two."""
    read(round_)
    view = board.view_of(round_, "", organizer_of(round_.cohort))
    assert view is not None

    with CaptureQueriesContext(connection) as asked:
        assert board.cut_of(view, 2) is not None

    assert [Application._meta.db_table in one["sql"] for one in asked.captured_queries] == [False]


@pytest.mark.parametrize("sort", list(board.SORTS))
def test_each_order_names_every_application_once(desk: Client, round_: Round, sort: str, monkeypatch: Any) -> None:
    read(round_)
    monkeypatch.setattr(board, "PAGE", 2)

    pages = [desk.get(address("board", round_), {"sort": sort, "page": str(page)}) for page in range(1, 5)]

    seen = [code for page in pages for code in codes(page)]
    assert len(seen) == len(set(seen)) == 7


def test_the_board_filters(desk: Client, round_: Round) -> None:
    found = read(round_)
    DecisionFactory.create(application=found[0], code=DecisionCode.OFFER)
    Summary.objects.filter(application=found[1]).update(scores_hash="other")

    def asked(**query: str) -> set[str]:
        return set(codes(desk.get(address("board", round_), query)))

    assert asked(show="apart") == {found[4].code}
    assert found[5].code in asked(show="second")
    assert asked(show="stale") == {found[1].code}
    assert found[0].code not in asked(show="undecided")
    assert asked(state="withdrawn") == set()
    assert asked(show="grey") == {row.application.code for row in Summary.objects.filter(p_top__gt=0.1, p_top__lt=0.9)}
    assert asked(tier="C") == set()


def test_a_pending_decision_and_a_stale_row_are_named(desk: Client, round_: Round) -> None:
    found = read(round_)
    DecisionFactory.create(application=found[0], code=DecisionCode.WAITLIST)
    Summary.objects.filter(application=found[1]).update(scores_hash="other")

    lines = {line.code: line for line in desk.get(address("board", round_)).context["lines"]}

    assert (lines[found[0].code].pending, lines[found[2].code].pending) == ("waiting list", "")
    assert (lines[found[1].code].is_stale, lines[found[0].code].is_stale) == (True, False)


@pytest.mark.parametrize("why", ["conflict", "own reading is open"])
def test_an_organizer_who_reviews_sees_nothing_of_what_waits_for_them(
    desk: Client, round_: Round, organizer: User, why: str
) -> None:
    found = read(round_)
    own = ReviewerFactory.create(round=round_, membership=Membership.objects.get(user=organizer, role=Role.ORGANIZER))
    if why == "conflict":
        conflicts.record(own, found[4], origin=ConflictOrigin.PINNED)
    else:
        AssignmentFactory.create(application=found[4], reviewer=own)

    texts = [desk.get(address(name, round_)) for name in ("board", "disagreements", "scales")]
    file = b"".join(desk.get(address("board_file", round_)))

    assert [found[4].code in one.content.decode() for one in texts] == [False, False, False]
    assert found[4].code.encode() not in file
    assert desk.get(address("sheet", round_, found[4].code)).status_code == 404
    assert "left out" in texts[0].content.decode()


def test_the_file_holds_what_the_board_shows(desk: Client, round_: Round) -> None:
    read(round_)
    query = {"sort": "mean"}

    response = desk.get(address("board_file", round_), query)

    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode())))
    assert [row["code"] for row in rows] == codes(desk.get(address("board", round_), query))
    assert (rows[0]["mean"], rows[-1]["mean"]) == ("5.0000", "")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{round_.slug}-screen-board.csv"'


def test_disagreements_are_listed_until_a_note_says_what_came_of_them(desk: Client, round_: Round) -> None:
    found = read(round_)

    before = desk.get(address("disagreements", round_))
    desk.post(address("disagreements", round_), {"pick": [found[4].pk], "text": "They read it differently."})
    after = desk.get(address("disagreements", round_))

    assert [one.summary.application for one in before.context["apart"]] == [found[4]]
    assert found[5] in [row.application for row in before.context["single"]]
    assert after.context["apart"] == []
    assert Reconciliation.objects.get().text == "They read it differently."


def test_a_note_needs_words_and_is_kept_once(round_: Round, organizer: User) -> None:
    application = read(round_)[4]
    stage = Stage.objects.get(form=round_.form, slug="screen")

    with pytest.raises(RuleViolation, match="Write what you found"):
        disagreements.note(application, stage, "  ", by=organizer)
    with pytest.raises(RuleViolation, match="differ by two levels"):
        disagreements.require_settled(application)
    for _twice in range(2):
        disagreements.note(application, stage, "Seen.", by=organizer)
    disagreements.require_settled(application)

    assert Reconciliation.objects.count() == 1


def test_nobody_notes_on_an_application_they_have_a_conflict_with(round_: Round, organizer: User) -> None:
    application = read(round_)[4]
    own = ReviewerFactory.create(round=round_, membership=Membership.objects.get(user=organizer, role=Role.ORGANIZER))
    conflicts.record(own, application, origin=ConflictOrigin.PINNED)

    with pytest.raises(RuleViolation, match="conflict"):
        disagreements.note(application, Stage.objects.get(form=round_.form, slug="screen"), "Seen.", by=organizer)


def test_the_sheet_shows_reviews_side_by_side(desk: Client, round_: Round) -> None:
    found = read(round_)

    shown = desk.get(address("sheet", round_, found[4].code))
    desk.post(address("sheet", round_, found[4].code), {"text": "One misread the puzzle."})

    sheet = shown.context["sheet"]
    assert [one.levels for one in sheet.reviews] == [[1, 1], [5, 5]]
    assert sheet.spreads == [4, 4]
    assert all(one.adjusted is not None for one in sheet.reviews)
    assert "One misread the puzzle." in desk.get(address("sheet", round_, found[4].code)).content.decode()


def test_the_scales_show_severity_drift_and_what_hangs_on_one(desk: Client, round_: Round) -> None:
    rows: list[list[int | None]] = [[level, max(1, level - 2), level] for level in (5, 4, 3, 5, 4, 3, 5, 4)]
    read_round(round_, rows)
    calibrating.refit(round_.pk, "screen")

    shown = desk.get(address("scales", round_))

    assert shown.context["strictness"].count("<circle") == 3
    assert shown.context["strict_rows"][0][2].startswith("-")
    assert shown.context["drift"].count("<circle") == 3
    assert [row[0] for row in shown.context["criteria"]] == ["Motivation", "Reasoning"]


def test_without_reviews_the_pages_say_so(desk: Client, round_: Round) -> None:
    for name in ("board", "disagreements", "scales"):
        assert desk.get(address(name, round_)).status_code == 200

    assert "No review has been fitted yet" in desk.get(address("board", round_)).content.decode()
    assert desk.get(address("board", round_), {"stage": "none"}).status_code == 404


def test_a_moved_application_names_where_it_is(desk: Client, round_: Round) -> None:
    found = read(round_)
    Application.objects.filter(pk=found[0].pk).update(stage=Stage.objects.get(form=round_.form, slug="interview"))

    lines = {line.code: line.where for line in desk.get(address("board", round_)).context["lines"]}

    assert (lines[found[0].code], lines[found[1].code]) == ("Interview", "submitted")


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_the_board_are_404_for_an_organizer_of_another_cohort(
    client: Client, round_: Round, name: str
) -> None:
    client.force_login(organizer_of(CohortFactory.create()))

    assert client.get(address(name, round_)).status_code == 404


def test_parts_of_a_ranking_join_at_any_border(round_: Round, organizer: User) -> None:
    read(round_)
    view = board.view_of(round_, "screen", organizer)
    assert view is not None

    ranked = board.rows(view, Chosen())
    whole = ranked[0 : ranked.count()]

    assert all(ranked[start:stop] == whole[start:stop] for start in range(7) for stop in range(start + 1, 8))
    assert list(ranked.everything()) == whole


def test_judging_again_is_seen_at_once(desk: Client, round_: Round) -> None:
    found, (reader, _other) = read_round(round_, [[5, 5]], reviewers=2)
    judge(found[0], reader, 1)

    assert desk.get(address("board", round_)).context["lines"][0].spread == 4
