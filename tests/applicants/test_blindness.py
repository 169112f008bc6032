"""What an organizer who has still to read an application blind finds of it, and when that ends."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from applicants import blindness, bulk, conflicts, decisions, disagreements, offers, pipeline, reviewing, waitlist
from applicants.choices import AssignmentState, ConflictOrigin, DecisionCode
from applicants.exporting import tables
from applicants.judgements import Assignment, Decision
from applicants.models import Application, Round
from applicants.procedures import Criterion
from tests.applicants.conftest import organizer_of
from tests.applicants.readings import judge
from tests.factories.applicants import (
    ApplicationFactory,
    AssignmentFactory,
    DecisionFactory,
    OfferFactory,
    ReviewerFactory,
    RoundFactory,
)
from tests.factories.outbox import LetterFactory
from whitebox.errors import RuleViolation
from whitebox.people.models import User


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create()


@pytest.fixture
def organizer(round_: Round) -> User:
    return organizer_of(round_.cohort)


@pytest.fixture
def desk(client: Client, organizer: User) -> Client:
    client.force_login(organizer)
    return client


@pytest.fixture
def reading(round_: Round, organizer: User) -> Assignment:
    """A reading of the organizer's own, of an application that two others have judged and that is decided on."""
    application = ApplicationFactory.create(round=round_, parts__name="Zenobia Quirke", parts__email="zen@quirke.test")
    for level in (2, 4):
        judge(application, ReviewerFactory.create(round=round_), level)
    own = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    return AssignmentFactory.create(application=application, reviewer=own)


def hand_in(reading: Assignment) -> None:
    levels = dict.fromkeys(Criterion.objects.filter(rubric__stages=reading.stage), 3)
    reviewing.submit(reading, reading.application.revisions.get(), levels, "", by=reading.reviewer.membership.user)


def hand_back(reading: Assignment) -> None:
    reviewing.hand_back(reading, by=reading.reviewer.membership.user)


PAGES = ["applicants_answers", "applicants_dossier"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_an_application_stays_shut_until_the_own_review_is_in(
    desk: Client, reading: Assignment, name: str
) -> None:
    address = reverse(f"admin:{name}", args=[reading.application.code])

    before = desk.get(address, follow=True)
    hand_in(reading)
    after = desk.get(address)

    assert "You still have to" in before.content.decode()
    assert "Zenobia" not in before.content.decode()
    assert (after.status_code, reading.application.code in after.content.decode()) == (200, True)


def test_giving_the_reading_back_opens_it_too(desk: Client, reading: Assignment) -> None:
    hand_back(reading)

    assert "Zenobia" in desk.get(reverse("admin:applicants_answers", args=[reading.application.code])).content.decode()


def test_a_reading_with_the_name_hides_only_what_others_found(desk: Client, reading: Assignment) -> None:
    reading.stage.is_blind = False
    reading.stage.save()
    DecisionFactory.create(application=reading.application, reason="Both gave a high level.")

    answers = desk.get(reverse("admin:applicants_answers", args=[reading.application.code])).content.decode()
    dossier = desk.get(reverse("admin:applicants_dossier", args=[reading.application.code]), follow=True)

    assert "Zenobia" in answers
    assert "Both gave" not in answers
    assert "You still have to judge" in dossier.content.decode()


def lists(round_: Round, application: Application) -> dict[str, str]:
    of_round = [
        "applicants_pipeline", "applicants_board", "applicants_disagreements", "applicants_letters",
        "applicants_waitlist", "applicants_letters_sent",
        "applicants_conflicts", "applicants_redactions", "applicants_work_tests",
        "applicants_round_interviews", "applicants_readings", "applicants_board_file", "applicants_scales",
    ]  # fmt: skip
    found = {name: reverse(f"admin:{name}", args=[round_.slug]) for name in of_round}
    models = ["application", "identity", "decision", "offer", "assignment", "conflictofinterest"]
    found |= {name: reverse(f"admin:applicants_{name}_changelist") for name in models}
    found |= {f"{name} by name": reverse(f"admin:applicants_{name}_changelist") + "?q=Zenobia" for name in models[:2]}
    found["letters"] = reverse("admin:outbox_letter_changelist")
    return found


def test_no_list_tells_who_it_is_or_what_others_found(desk: Client, letters: None, reading: Assignment) -> None:
    application = reading.application
    round_ = application.round
    other = ReviewerFactory.create(round=round_)
    conflicts.record(other, application, origin=ConflictOrigin.PINNED, reason="A cousin of Zenobia")
    DecisionFactory.create(application=application, reason="Zenobia is 3.00 to both.")
    about = f"applicants.application:{application.pk}"
    LetterFactory.create(address="zen@quirke.test", about=about, cohort=round_.cohort, subject="Dear Zenobia")

    told = {name: desk.get(address).getvalue().decode() for name, address in lists(round_, application).items()}

    # A page repeats what was searched for.
    heard = {name: text.replace('value="Zenobia"', "").replace("q=Zenobia", "") for name, text in told.items()}
    telling = [name for name, text in heard.items() if any(word in text for word in ("Zenobia", "quirke", "3.00"))]
    assert telling == []
    shown = {name for name, text in told.items() if application.code in text}
    assert shown == {"applicants_pipeline"}

    hand_in(reading)
    told = {name: desk.get(address).getvalue().decode() for name, address in lists(round_, application).items()}
    assert "Zenobia" in told["identity"]
    assert application.code in told["applicants_board"]


def test_the_pipeline_says_why_a_row_is_bare(desk: Client, reading: Assignment) -> None:
    page = reverse("admin:applicants_pipeline", args=[reading.application.round.slug])
    DecisionFactory.create(application=reading.application, code=DecisionCode.OFFER)

    text = desk.get(page).content.decode()

    assert "hand in your own review first" in text
    assert 'class="num">2/' not in text
    assert "0 decisions wait" in text


def test_a_filter_by_decision_tells_nothing(desk: Client, reading: Assignment, round_: Round, organizer: User) -> None:
    decision = DecisionFactory.create(application=reading.application, code=DecisionCode.DECLINE)
    Decision.objects.filter(pk=decision.pk).update(released_at=decision.at)
    barred = ApplicationFactory.create(round=round_)
    conflicts.record(reading.reviewer, barred, origin=ConflictOrigin.DETECTED)
    page = reverse("admin:applicants_pipeline", args=[round_.slug])

    assert reading.application.code not in desk.get(page, {"decision": "decline"}).content.decode()
    assert barred.code in desk.get(page).content.decode()
    for asked in ({"state": "submitted"}, {"stage": "screen"}):
        text = desk.get(page, asked).content.decode()
        assert (barred.code in text, reading.application.code in text) == (False, True)


def test_an_export_leaves_the_whole_row_out_and_says_so(desk: Client, reading: Assignment, organizer: User) -> None:
    round_ = reading.application.round
    ApplicationFactory.create(round=round_)

    told = [str(row) for table in tables.of_round(round_, by=organizer) for row in table.rows]
    page = desk.get(reverse("admin:applicants_export", args=[round_.slug])).content.decode()

    assert not [row for row in told if reading.application.code in row]
    assert "1 application is left out" in page


def verbs(reading: Assignment, organizer: User) -> dict[str, Callable[[], object]]:
    application = reading.application
    waiting = DecisionFactory.create(application=application, code=DecisionCode.WAITLIST)
    return {
        "decide": lambda: decisions.decide(application, DecisionCode.DECLINE, reason="Low.", by=organizer),
        "release": lambda: decisions.release([waiting], by=organizer),
        "note": lambda: disagreements.note(application, reading.stage, "Agreed.", by=organizer),
        "put": lambda: waitlist.put(waiting, 1, reason="Why not.", by=organizer),
    }


@pytest.mark.parametrize("verb", ["decide", "release", "note", "put"])
def test_no_verb_of_deciding_goes_before_the_own_review(
    letters: None, reading: Assignment, organizer: User, verb: str
) -> None:
    act = verbs(reading, organizer)[verb]

    with pytest.raises(RuleViolation, match="still have to judge"):
        act()


def test_a_preview_leaves_out_what_is_still_to_be_judged(desk: Client, letters: None, reading: Assignment) -> None:
    round_ = reading.application.round
    other = ApplicationFactory.create(round=round_)
    picked = {"pick": [reading.application.pk, other.pk], "reason": "Why."}
    preview = reverse("admin:applicants_preview", args=[round_.slug])

    decided = desk.post(preview, picked | {"act": "decide:decline"})
    moved = desk.post(preview, picked | {"act": "move:interview"})
    alone = desk.post(
        preview, {"pick": [reading.application.pk], "act": "decide:decline", "reason": "Why."}, follow=True
    )

    assert [row.pk for row in decided.context["rows"]] == [other.pk]
    assert f"still to judge {reading.application.code} yourself" in decided.content.decode()
    assert [row.pk for row in moved.context["rows"]] == [reading.application.pk, other.pk]
    assert "after yours" in moved.content.decode()
    assert "3.00" not in moved.content.decode()
    assert "Nothing is left of what you chose" in alone.content.decode()

    desk.post(reverse("admin:applicants_commit", args=[round_.slug]), {"token": decided.context["token"]})
    assert [one.application_id for one in Decision.objects.all()] == [other.pk]


def test_an_order_is_as_if_nothing_had_been_judged(round_: Round) -> None:
    low, high = (ApplicationFactory.create(round=round_) for _ in range(2))
    for application, level in ((low, 1), (high, 5)):
        judge(application, ReviewerFactory.create(round=round_), level)
    found = list(Application.objects.order_by("pk").prefetch_related("summaries"))

    assert bulk.best_first(found) == [high, low]
    assert bulk.best_first(found, without={low.pk, high.pk}) == [low, high]


CONFLICTED: dict[str, Callable[[Application, User], object]] = {
    "move to where it is": lambda one, by: pipeline.move(one, one.stage, by=by),  # type: ignore[arg-type]  # it has one
    "decide": lambda one, by: decisions.decide(one, DecisionCode.DECLINE, reason="", by=by),
    "note": lambda one, by: disagreements.note(one, one.stage, "", by=by),  # type: ignore[arg-type]  # it has one
}


@pytest.mark.parametrize("verb", CONFLICTED)
def test_a_conflict_is_told_before_any_other_reason(round_: Round, organizer: User, verb: str) -> None:
    application = ApplicationFactory.create(round=round_)
    own = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    conflicts.record(own, application, origin=ConflictOrigin.PINNED)
    Application.objects.filter(pk=application.pk).update(state="withdrawn")

    with pytest.raises(RuleViolation, match="conflict of interest"):
        CONFLICTED[verb](application, organizer)


def test_a_released_decision_is_not_told_to_a_conflict(letters: None, round_: Round, organizer: User) -> None:
    application = ApplicationFactory.create(round=round_)
    released = DecisionFactory.create(application=application)
    decisions.release([released], by=organizer_of(round_.cohort))
    own = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    conflicts.record(own, application, origin=ConflictOrigin.PINNED)

    for act in (
        lambda: decisions.release([released], by=organizer),
        lambda: decisions.retract(released, by=organizer),
    ):
        with pytest.raises(RuleViolation, match="conflict of interest"):
            act()


def test_a_bulk_act_that_is_out_of_date_tells_a_conflict_first(round_: Round, organizer: User) -> None:
    application = ApplicationFactory.create(round=round_)
    found = list(Application.objects.filter(pk=application.pk).prefetch_related("decisions", "summaries"))
    plan = bulk.Plan(round_.pk, "decide", "decline", "Why.", "", bulk.versions_of(found))
    own = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    conflicts.record(own, application, origin=ConflictOrigin.PINNED)
    DecisionFactory.create(application=application)

    with pytest.raises(RuleViolation, match="conflict of interest"):
        bulk.carry_out(plan, round_, by=organizer)


def test_a_preview_can_be_read_and_tells_nothing_of_scores(round_: Round) -> None:
    application = ApplicationFactory.create(round=round_)

    def version() -> str:
        found = list(Application.objects.filter(pk=application.pk).prefetch_related("decisions", "summaries"))
        return bulk.versions_of(found)[str(application.pk)]

    before = version()
    judge(application, ReviewerFactory.create(round=round_), 4)
    summary = application.summaries.get()

    assert before != version()
    assert summary.scores_hash[:12] not in version()


def test_pages_of_a_conflict_are_not_found(desk: Client, letters: None, round_: Round, organizer: User) -> None:
    application = ApplicationFactory.create(round=round_)
    decision = DecisionFactory.create(application=application)
    offer = OfferFactory.create(decision=decision)
    own = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    conflicts.record(own, application, origin=ConflictOrigin.DETECTED)
    code, slug = application.code, round_.slug

    asked = [
        desk.get(reverse("admin:applicants_answers", args=[code])),
        desk.get(reverse("admin:applicants_dossier", args=[code])),
        desk.get(reverse("admin:applicants_file", args=[code, "work"])),
        desk.get(reverse("admin:applicants_redaction", args=[slug, code])),
        desk.get(reverse("admin:applicants_sheet", args=[slug, code])),
        desk.post(reverse("admin:applicants_retract", args=[slug]), {"decision": decision.pk}),
        desk.post(reverse("admin:applicants_waitlist_put", args=[slug]), {"decision": decision.pk, "place": "1"}),
        desk.post(reverse("admin:applicants_offer_prolong", args=[slug, offer.pk]), {"until": "2030-01-01T00:00"}),
        desk.post(reverse("web:see_as_start"), {"kind": "applicant", "key": code}),
    ]

    assert {answer.status_code for answer in asked} == {404}


def test_the_line_shows_no_code_of_a_conflict_and_nobody_offers_it_a_seat(
    desk: Client, letters: None, round_: Round, organizer: User
) -> None:
    application = ApplicationFactory.create(round=round_)
    waits = DecisionFactory.create(application=application, code=DecisionCode.WAITLIST, waitlist_rank=1)
    decisions.release([waits], by=organizer_of(round_.cohort))
    own = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    conflicts.record(own, application, origin=ConflictOrigin.DETECTED)

    page = desk.get(reverse("admin:applicants_waitlist", args=[round_.slug])).content.decode()
    refused = desk.post(reverse("admin:applicants_waitlist_propose", args=[round_.slug]), follow=True).content.decode()

    assert application.code not in page + refused
    assert "not yours to decide" in refused
    assert Decision.objects.filter(code=DecisionCode.OFFER).count() == 0


def test_who_pressed_the_button_stands_with_the_offer(
    desk: Client, letters: None, round_: Round, organizer: User
) -> None:
    application = ApplicationFactory.create(round=round_)
    waits = DecisionFactory.create(application=application, code=DecisionCode.WAITLIST, waitlist_rank=1)
    decisions.release([waits], by=organizer)

    desk.post(reverse("admin:applicants_waitlist_propose", args=[round_.slug]))

    made = Decision.objects.get(code=DecisionCode.OFFER)
    assert made.by == organizer
    page = desk.get(reverse("admin:applicants_waitlist", args=[round_.slug]))
    assert [one.pk for one in page.context["proposed"]] == [made.pk]


def test_rights_hold_across_memberships_of_one_person(round_: Round, organizer: User, reading: Assignment) -> None:
    assert blindness.unseen(organizer.pk, round_) == {reading.application_id}
    assert blindness.unjudged(organizer.pk, round_) == {reading.application_id}
    Assignment.objects.filter(pk=reading.pk).update(state=AssignmentState.DECLINED)
    assert blindness.unseen(organizer.pk, round_) == frozenset()


def test_prolonging_an_offer_waits_for_the_own_review(reading: Assignment, organizer: User) -> None:
    offer = OfferFactory.create(decision=DecisionFactory.create(application=reading.application))

    with pytest.raises(RuleViolation, match="still have to judge"):
        offers.prolong(offer, offer.expires_at, by=organizer)
