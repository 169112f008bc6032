"""The pages of reviews, without a script."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mastery import home, marking, remembering
from mastery.cards import RetentionCard, Review, ReviewAnswer
from mastery.choices import Recall
from mastery.marking import Judgement
from tests.factories.mastery import RIGHT, Course, make_course, written
from tests.factories.people import MembershipFactory
from whitebox.people.models import Membership
from whitebox.programme import personal
from whitebox.web import cards
from whitebox.web.cards import Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    made = make_course()
    made.take(RIGHT)
    remembering.follow(timezone.now())
    move_due()
    return made


@pytest.fixture
def page(course: Course, client: Client) -> Client:
    client.force_login(course.user)
    return client


def move_due(moment: datetime | None = None) -> None:
    now = moment or timezone.now()
    RetentionCard.objects.update(reviewed_at=now - timedelta(days=3), due_at=now - timedelta(hours=1))


def sent(page: Client) -> dict[str, str]:
    """Return the hidden fields of the review page and the name of its control."""
    asked = page.get(reverse("mastery:reviews")).context["page"].asked
    return {"number": str(asked.card.number), "asked": asked.candidate.name, "card": str(asked.card.pk)} | {
        "item": asked.candidate.question.slug
    }


def answer(page: Client, value: str, **more: str) -> str:
    shown = sent(page)
    data = {"number": shown["number"], "asked": shown["asked"], shown["item"]: value} | more
    return page.post(reverse("mastery:review", args=[shown["card"]]), data, follow=True).content.decode()


def test_a_right_answer_is_still_there_and_leads_to_the_next(page: Client) -> None:
    first = answer(page, "4")
    second = answer(page, "4", helped="1")
    rest = page.get(reverse("mastery:reviews")).content.decode()

    assert "Still there" in first
    assert "Next question" in first
    assert "passed with help" in second
    assert "That was all for now." in second
    assert "The next look is due" in rest


def test_an_empty_answer_is_named_and_not_counted(page: Client) -> None:
    text = answer(page, "")
    unreadable = answer(page, "four")

    assert "Answer it, or say that you do not know it now." in text
    assert "Write one number" in unreadable
    assert 'value="four"' in unreadable
    assert not ReviewAnswer.objects.exists()


def test_a_lapse_leads_to_practice_and_keeps_all(page: Client) -> None:
    shown = answer(page, "", unknown="1")
    card = RetentionCard.objects.exclude(lapsed_at=None).get()
    address = reverse("mastery:review_practice", args=[card.pk])
    practice = page.get(address).content.decode()
    done = page.post(address, follow=True).content.decode()

    assert "Not this time" in shown
    assert "everything stays open" in shown
    assert address in shown
    assert "Way 1 to" in practice
    assert "It comes up again when it is due." in done


def test_a_page_that_is_sent_twice_counts_once(page: Client) -> None:
    shown = sent(page)
    data = {"number": shown["number"], "asked": shown["asked"], shown["item"]: "4"}

    answers = [page.post(reverse("mastery:review", args=[shown["card"]]), data) for _ in range(2)]

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert ReviewAnswer.objects.count() == 1


@pytest.mark.parametrize("number", ["", "x", "-1", "99999999999999999999"])
def test_a_strange_number_is_no_error_of_ours(page: Client, number: str) -> None:
    shown = sent(page)

    status = page.post(
        reverse("mastery:review", args=[shown["card"]]), {"number": number, "asked": "nothing"}
    ).status_code

    assert status in {302, 404}


def test_an_old_page_counts_nothing_and_says_so(page: Client) -> None:
    shown = sent(page)

    text = page.post(
        reverse("mastery:review", args=[shown["card"]]), {"number": shown["number"], "asked": "1:A:x"}, follow=True
    ).content.decode()

    assert "Another question is asked now." in text
    assert not ReviewAnswer.objects.exists()


def test_an_open_item_shows_a_good_answer_only_after_ones_own(client: Client) -> None:
    course = make_course({form: [written(f"{form}-why", "first")] for form in "AB"})
    attempt = course.take({"A-why": "Because."})
    marking.mark(attempt, "A-why", Judgement(2), by=course.mentor.user)
    remembering.follow(timezone.now())
    move_due()
    client.force_login(course.user)

    before = client.get(reverse("mastery:reviews")).content.decode()
    compared = answer(client, "It follows.")
    given = ReviewAnswer.objects.get()
    wrong = client.post(reverse("mastery:review_answer", args=[given.pk]), {"level": "x"}, follow=True)
    done = client.post(reverse("mastery:review_answer", args=[given.pk]), {"level": "1"}, follow=True)

    assert "A good answer says why." not in before
    assert "A good answer says why." in compared
    assert "It follows." in compared
    assert "Choose one of the levels" in wrong.content.decode()
    assert "Not this time" in done.content.decode()
    assert Review.objects.get(number=1).rating == Recall.AGAIN


def test_reviews_are_switched_off_on_their_own_page(page: Client) -> None:
    off = page.post(reverse("mastery:reviews_switch"), {"off": "1"}, follow=True).content.decode()
    on = page.post(reverse("mastery:reviews_switch"), {"off": "0"}, follow=True).content.decode()

    assert "Reviews are off." in off
    assert "Switch reviews on" in off
    assert "Reviews are on." in on
    assert "Switch reviews off" in on


def test_others_find_no_review(course: Course) -> None:
    peer = Client()
    peer.force_login(MembershipFactory.create(cohort=course.participant.cohort).user)
    card = RetentionCard.objects.order_by("pk")[0]

    assert peer.get(reverse("mastery:review_practice", args=[card.pk])).status_code == 404
    assert peer.post(reverse("mastery:review", args=[card.pk]), {"number": "1"}).status_code == 404
    assert "Nothing to look at yet" in peer.get(reverse("mastery:reviews")).content.decode()


def on_home(course: Course) -> list[str]:
    fresh = Membership.objects.select_related("cohort__adoption__version", "user", "mentor__user").get(
        pk=course.participant.pk
    )
    viewer = cards.Viewer(fresh.user, [fresh], fresh, timezone.now())
    return [card.title for card in home.cards(viewer) if card.section == Section.REVIEW]


def test_home_names_what_is_due_and_what_to_practise(course: Course, page: Client) -> None:
    assert on_home(course) == ["2 objectives are due for a look: 1.1, 1.2"]

    answer(page, "5")

    lapsed = RetentionCard.objects.exclude(lapsed_at=None).get()
    left = {"first": "1.2", "second": "1.1"}[lapsed.objective.slug]
    assert on_home(course)[0] == f"1 objective is due for a look: {left}"
    assert on_home(course)[1].startswith("Practise 1.")


def test_home_is_silent_when_reviews_are_off(course: Course) -> None:
    remembering.switch(course.participant, off=True, by=course.user)

    assert on_home(course) == []


@pytest.mark.parametrize("weeks", [1, 2])
def test_the_review_page_takes_the_same_queries(  # type: ignore[no-untyped-def]
    course: Course, page: Client, weeks: int, django_assert_num_queries
) -> None:
    if weeks == 2:
        course.take(RIGHT, course.checks[1])
        remembering.follow(timezone.now())
        move_due()
    page.get(reverse("mastery:reviews"))

    with django_assert_num_queries(REVIEW_QUERIES):
        answered = page.get(reverse("mastery:reviews"))

    assert answered.context["page"].asked is not None


REVIEW_QUERIES = 12


def test_privacy_gives_and_takes_reviews(course: Course, page: Client) -> None:
    answer(page, "4")
    given = personal.export(course.user.email)["mastery"]
    Membership.objects.filter(pk=course.participant.pk).update(state="completed")

    outcome = personal.erase(course.user.email)

    assert len(given["retention_cards"]) == 2
    assert [row["value"] for row in given["review_answers"]] == ["4"]
    assert len(given["review_log"]) == 3
    assert outcome.erased["mastery: retention cards"] == 2
    assert not RetentionCard.objects.exists()
    assert not Review.objects.exists()
