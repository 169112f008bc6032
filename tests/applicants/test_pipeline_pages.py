from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applicants import conflicts, decisions, pipeline
from applicants.choices import ConflictOrigin, DecisionCode
from applicants.judgements import Assignment, AssignmentBatch, Decision, Offer, Reconciliation, Reviewer
from applicants.models import Round
from tests.applicants.conftest import organizer_of
from tests.applicants.readings import judge, read_round
from tests.factories.applicants import (
    ApplicationFactory,
    AssignmentFactory,
    DecisionFactory,
    ReviewerFactory,
    RoundFactory,
)
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.outbox.models import Letter
from whitebox.packs.models import Adoption
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership

PAGES = ("pipeline", "letters", "readings")


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create()


@pytest.fixture
def desk(client: Client, round_: Round) -> Client:
    client.force_login(organizer_of(round_.cohort))
    return client


def address(name: str, round_: Round, *more: str) -> str:
    return reverse(f"admin:applicants_{name}", args=[round_.slug, *more])


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_a_round_have_a_fixed_number_of_queries(
    letters: None, desk: Client, round_: Round, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        application = ApplicationFactory.create(round=round_)
        DecisionFactory.create(application=application, code=DecisionCode.DECLINE)
        ReviewerFactory.create(round=round_)

    with django_assert_num_queries(12):
        desk.get(address("pipeline", round_))
    with django_assert_num_queries(8):
        desk.get(address("letters", round_))
    with django_assert_num_queries(8):
        desk.get(address("readings", round_))
    with django_assert_num_queries(13 if rows > 1 else 12):  # nothing is proposed with one reviewer, so no codes
        desk.get(address("readings", round_), {"seed": "1"})


def test_many_are_decided_in_two_steps_and_released_in_a_third(letters: None, desk: Client, round_: Round) -> None:
    found = [ApplicationFactory.create(round=round_) for _ in range(2)]
    act = {"act": "decide:offer", "reason": "Both good.", "pick": [one.pk for one in found]}

    preview = desk.post(address("preview", round_), act)
    desk.post(address("commit", round_), {"token": preview.context["token"]})
    shown = desk.get(address("letters", round_))
    for _twice in range(2):
        desk.post(address("letters", round_), {"token": shown.context["token"]})

    assert [row.code for row in preview.context["rows"]] == [one.code for one in found]
    assert "2 of these have fewer reviews than their stage wants." in preview.content.decode()
    assert len(shown.context["letters"]) == 2
    assert Decision.objects.filter(released_at__isnull=False).count() == 2
    assert (Offer.objects.count(), Letter.objects.filter(kind="offer").count()) == (2, 2)


def test_a_decision_is_taken_back_before_its_release(letters: None, desk: Client, round_: Round) -> None:
    decision = DecisionFactory.create(application=ApplicationFactory.create(round=round_))

    desk.post(address("retract", round_), {"decision": decision.pk})

    assert desk.get(address("letters", round_)).context["letters"] == []


def test_the_pipeline_filters(desk: Client, round_: Round) -> None:
    found = [ApplicationFactory.create(round=round_) for _ in range(2)]
    DecisionFactory.create(application=found[0], code=DecisionCode.DECLINE, released_at=found[0].submitted_at)

    filtered = desk.get(address("pipeline", round_), {"decision": "decline"})

    assert [row.code for row in filtered.context["rows"]] == [found[0].code]


def test_readings_are_handed_out_as_proposed_once(desk: Client, round_: Round) -> None:
    for _ in range(2):
        ReviewerFactory.create(round=round_)
    application = ApplicationFactory.create(round=round_)
    shown = desk.get(address("readings", round_), {"seed": "7"})

    for _twice in range(2):
        desk.post(address("readings", round_), {"token": shown.context["token"]})

    assert [one.added for one in shown.context["desks"]] == [[application.code]] * 2
    assert Assignment.objects.count() == 2
    assert AssignmentBatch.objects.get().seed == 7


def test_a_proposal_is_nothing_until_it_is_asked_for(desk: Client, round_: Round) -> None:
    ReviewerFactory.create(round=round_)
    ApplicationFactory.create(round=round_)

    plain = desk.get(address("readings", round_))
    refused = desk.get(address("readings", round_), {"seed": "7"})

    assert (plain.context["proposal"], plain.context["missing"]) == (None, 2)
    assert "lacks reviewers" in refused.content.decode()
    assert not Assignment.objects.exists()


def test_what_was_handed_out_is_taken_back(desk: Client, round_: Round) -> None:
    for _ in range(2):
        ReviewerFactory.create(round=round_)
    ApplicationFactory.create(round=round_)
    token = desk.get(address("readings", round_), {"seed": "7"}).context["token"]
    desk.post(address("readings", round_), {"token": token})

    for _twice in range(2):
        desk.post(address("readings_undo", round_), {"batch": AssignmentBatch.objects.get().pk})

    assert not Assignment.objects.exists()
    assert "taken back" in desk.get(address("readings", round_)).content.decode()


def test_loads_routing_and_leaving_are_set_on_the_page(desk: Client, round_: Round) -> None:
    reader = ReviewerFactory.create(round=round_)

    desk.post(address("readings_loads", round_), {f"most-{reader.pk}": "12"})
    desk.post(address("readings_loads", round_), {f"most-{reader.pk}": "many"})
    desk.post(address("readings_routing", round_), {"on": "1"})
    desk.post(address("dismiss", round_), {"reviewer": reader.pk})

    reader.refresh_from_db()
    round_.refresh_from_db()
    assert (reader.most, reader.is_active, round_.is_routed) == (12, False, True)


def test_an_organizer_finds_no_own_conflict_in_a_proposal(desk: Client, round_: Round) -> None:
    for _ in range(2):
        ReviewerFactory.create(round=round_)
    application = ApplicationFactory.create(round=round_)
    organizer = Membership.objects.get(cohort=round_.cohort, role=Role.ORGANIZER)
    own = ReviewerFactory.create(round=round_, membership=organizer)
    conflicts.record(own, application, origin=ConflictOrigin.PINNED)

    shown = desk.get(address("readings", round_), {"seed": "7"})

    assert len(shown.context["proposal"].pairs) == 2
    assert application.code not in shown.content.decode()


def test_a_member_is_appointed(desk: Client, round_: Round) -> None:
    mentor = MembershipFactory.create(cohort=round_.cohort, role=Role.MENTOR)

    desk.post(address("appoint", round_), {"membership": mentor.pk})

    assert Reviewer.objects.get().membership == mentor


def test_an_organizer_reads_who_applied(desk: Client, round_: Round) -> None:
    application = ApplicationFactory.create(round=round_)

    text = desk.get(reverse("admin:applicants_answers", args=[application.code])).content.decode()

    assert "Ana Applicant" in text
    assert "Hours a week" in text


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["organizer of another cohort", "superuser", "mentor"])
def test_pages_of_a_round_are_404_for(client: Client, round_: Round, name: str, who: str) -> None:
    if who == "organizer of another cohort":
        user = organizer_of(CohortFactory.create())
    elif who == "superuser":
        user = UserFactory.create(is_staff=True, is_superuser=True)
    else:
        user = MembershipFactory.create(cohort=round_.cohort, role=Role.MENTOR, user__is_staff=True).user
    client.force_login(user)

    assert client.get(address(name, round_)).status_code == 404


def test_pipeline_tells_decisions_in_words(desk: Client, round_: Round) -> None:
    application = ApplicationFactory.create(round=round_)
    DecisionFactory.create(application=application, code=DecisionCode.DECLINE_WITH_ENCOURAGEMENT)

    page = desk.get(address("pipeline", round_)).content.decode()

    assert ">decline with encouragement</span>" in page


@pytest.mark.parametrize("model", ["round", "application", "identity", "decision", "offer", "reviewer", "formversion"])
def test_an_organizer_finds_the_rows_of_the_own_cohorts_only(desk: Client, round_: Round, model: str) -> None:
    own, other = ApplicationFactory.create(round=round_), ApplicationFactory.create()

    response = desk.get(reverse(f"admin:applicants_{model}_changelist"))

    assert response.status_code == 200
    assert other.code not in response.content.decode()
    assert model != "application" or own.code in response.content.decode()


def test_an_organizer_opens_a_round_in_the_admin(desk: Client, round_: Round) -> None:
    Adoption.objects.create(cohort=round_.cohort, version=round_.form.version)
    given = {
        "title": "Another round",
        "slug": "another",
        "cohort": round_.cohort.pk,
        "opens_at_0": "2027-01-01",
        "opens_at_1": "09:00",
        "closes_at_0": "2027-02-01",
        "closes_at_1": "09:00",
        "grace_minutes": "30",
        "offer_days": "5",
        "keep_months": "6",
    }

    response = desk.post(reverse("admin:applicants_round_add"), given)

    opened = Round.objects.get(slug="another")
    assert response.status_code == 302
    assert (opened.form, opened.zone) == (round_.form, round_.cohort.zone)
    assert (opened.offer_days, opened.keep_months) == (5, 6)


@pytest.mark.parametrize(("count", "is_open"), [(1, True), (2, False)])
def test_a_letter_that_waits_alone_is_open(
    letters: None, desk: Client, round_: Round, count: int, is_open: bool
) -> None:
    for _ in range(count):
        DecisionFactory.create(application=ApplicationFactory.create(round=round_), code=DecisionCode.DECLINE)

    text = desk.get(address("letters", round_)).content.decode()

    assert ('<details class="letter" open>' in text) is is_open


def test_more_offers_than_seats_are_told_before_the_release(letters: None, desk: Client, round_: Round) -> None:
    DecisionFactory.create(application=ApplicationFactory.create(round=round_), code=DecisionCode.OFFER)
    Cohort.objects.filter(pk=round_.cohort_id).update(seats=0)

    text = desk.get(address("letters", round_)).content.decode()

    assert "More offers wait (1) than seats are free (0)" in text


def test_an_organizer_who_has_to_read_sees_no_mean_before(desk: Client, round_: Round) -> None:
    organizer = Membership.objects.get(cohort=round_.cohort, role=Role.ORGANIZER)
    own, other = ReviewerFactory.create(round=round_, membership=organizer), ReviewerFactory.create(round=round_)
    application = ApplicationFactory.create(round=round_)
    judge(application, other, 4)
    AssignmentFactory.create(application=application, reviewer=own)

    before = desk.get(address("pipeline", round_)).content.decode()
    judge(application, own, 2)
    after = desk.get(address("pipeline", round_)).content.decode()

    assert ("after yours" in before, "4.00" in before) == (True, False)
    assert ("after yours" in after, "3.00" in after) == (False, True)


def test_many_are_decided_only_once_disagreements_have_a_note(letters: None, desk: Client, round_: Round) -> None:
    (application,), _readers = read_round(round_, [[1, 5]], reviewers=2)
    act = {"act": "decide:decline", "reason": "Both looked.", "pick": [application.pk]}

    def decide() -> int:
        token = desk.post(address("preview", round_), act).context["token"]
        desk.post(address("commit", round_), {"token": token})
        return Decision.objects.count()

    refused = decide()
    desk.post(address("sheet", round_, application.code), {"text": "One misread it."})

    assert (refused, decide()) == (0, 1)


def test_how_a_round_is_judged_is_set_in_the_admin(desk: Client, round_: Round) -> None:
    page = reverse("admin:applicants_round_change", args=[round_.pk])
    form = desk.get(page).context["adminform"].form
    given = {
        name: value
        for name, value in form.initial.items()
        if value is not None and name not in {"opens_at", "closes_at"}
    }
    moments = {
        f"{name}_{part}": value
        for name in ("opens_at", "closes_at")
        for part, value in enumerate(("2027-01-01", "09:00"))
    }
    inline = {"windows-TOTAL_FORMS": "0", "windows-INITIAL_FORMS": "0"}
    given |= moments | {"closes_at_0": "2027-02-01", "places": "12", "bar": "3.5", "most_reviews": "5"} | inline

    response = desk.post(page, given)

    round_.refresh_from_db()
    assert response.status_code == 302
    assert (round_.places, str(round_.bar), round_.most_reviews) == (12, "3.50", 5)


def test_where_reviewers_differ_a_note_comes_first(letters: None, desk: Client, round_: Round) -> None:
    apart, alike = (ApplicationFactory.create(round=round_) for _ in range(2))
    for application, levels in ((apart, (1, 4)), (alike, (3, 4))):
        for level in levels:
            judge(application, ReviewerFactory.create(round=round_), level)
    act = {"act": "decide:decline", "reason": "Below the cut.", "pick": [apart.pk, alike.pk]}

    preview = desk.post(address("preview", round_), act)
    desk.post(address("commit", round_), {"token": preview.context["token"]})
    undecided = Decision.objects.count()
    desk.post(address("commit", round_), {"token": preview.context["token"], "note": "The second reader misread it."})

    assert preview.context["apart"] == {apart.pk}
    assert "Letter that the release will make: “decline”" in preview.content.decode()
    assert (undecided, Decision.objects.count()) == (0, 2)
    assert [(one.application, one.text) for one in Reconciliation.objects.all()] == [
        (apart, "The second reader misread it.")
    ]


@pytest.mark.parametrize("change", ["review", "decision", "stage"])
def test_a_preview_that_is_no_longer_true_does_nothing(letters: None, desk: Client, round_: Round, change: str) -> None:
    found = [ApplicationFactory.create(round=round_) for _ in range(2)]
    organizer = organizer_of(round_.cohort)
    act = {"act": "decide:decline", "reason": "Below the cut.", "pick": [one.pk for one in found]}
    preview = desk.post(address("preview", round_), act)
    if change == "review":
        judge(found[0], ReviewerFactory.create(round=round_), 4)
    elif change == "decision":
        decisions.decide(found[0], DecisionCode.OFFER, reason="Yes.", by=organizer)
    else:
        pipeline.move(found[0], round_.form.stages.order_by("position")[1], by=organizer)
    before = Decision.objects.count()

    refused = desk.post(address("commit", round_), {"token": preview.context["token"]}, follow=True)

    assert "have changed since the preview. Nothing was done." in refused.content.decode()
    assert Decision.objects.count() == before


def test_a_preview_says_whose_conflict_stands_against_it(letters: None, desk: Client, round_: Round) -> None:
    application = ApplicationFactory.create(round=round_)
    own = Membership.objects.get(cohort=round_.cohort, role=Role.ORGANIZER)
    conflicts.record(
        ReviewerFactory.create(round=round_, membership=own), application, origin=ConflictOrigin.PINNED, reason="x"
    )
    other = ApplicationFactory.create(round=round_)
    act = {"act": "decide:offer", "reason": "Good.", "pick": [application.pk, other.pk]}

    preview = desk.post(address("preview", round_), act)
    desk.post(address("commit", round_), {"token": preview.context["token"]})

    assert f"You have a conflict of interest with {application.code}" in preview.content.decode()
    assert [one.application for one in Decision.objects.all()] == [other]


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_around_decisions_have_a_fixed_number_of_queries(
    letters: None, desk: Client, round_: Round, django_assert_num_queries: Any, rows: int
) -> None:
    organizer = organizer_of(round_.cohort)
    for _ in range(rows):
        waiting, offered = (ApplicationFactory.create(round=round_) for _ in range(2))
        made = [
            decisions.decide(waiting, DecisionCode.WAITLIST, reason="Close.", by=organizer),
            decisions.decide(offered, DecisionCode.OFFER, reason="Yes.", by=organizer),
        ]
        decisions.release(made, by=organizer)

    with django_assert_num_queries(10):
        desk.get(address("waitlist", round_))
    with django_assert_num_queries(8):
        desk.get(address("letters_sent", round_))


def test_an_organizer_orders_the_line_and_offers_the_free_seat(letters: None, desk: Client, round_: Round) -> None:
    organizer = organizer_of(round_.cohort)
    found = [ApplicationFactory.create(round=round_) for _ in range(2)]
    made = [decisions.decide(one, DecisionCode.WAITLIST, reason="Close.", by=organizer) for one in found]
    decisions.release(made, by=organizer)

    desk.post(address("waitlist_put", round_), {"decision": made[1].pk, "place": "1", "reason": "Asked early."})
    desk.post(address("waitlist_propose", round_))
    home = desk.get(reverse("web:home")).content.decode()

    assert Decision.objects.get(released_at=None).application == found[1]
    assert "1 decision waits for its release" in home
    assert "1 of them is an offer to the next on the waiting list." in home


def test_a_decision_without_a_dossier_is_not_called_undecided(letters: None, desk: Client, round_: Round) -> None:
    found = [ApplicationFactory.create(round=round_) for _ in range(2)]
    DecisionFactory.create(application=found[0])

    bare, undecided = (desk.get(reverse("admin:applicants_dossier", args=[one.code])).content.decode() for one in found)

    assert "Nothing was kept" in bare
    assert "Nothing was decided yet" in undecided


def test_an_organizer_reads_what_a_decision_rested_on(letters: None, desk: Client, round_: Round) -> None:
    application = ApplicationFactory.create(round=round_)
    judge(application, ReviewerFactory.create(round=round_), 4)
    made = decisions.decide(application, DecisionCode.DECLINE, reason="Below.", by=organizer_of(round_.cohort))
    page = reverse("admin:applicants_dossier", args=[application.code])

    shown, checked = desk.get(page).content.decode(), desk.get(page, {"check": ""}).content.decode()

    assert "Below." in shown
    assert "Computed again from the rows, the fit and the letter: the same." in checked
    Decision.objects.filter(pk=made.pk).update(reason="Other words.")
    assert "Computed again, this differs" in desk.get(page, {"check": ""}).content.decode()
