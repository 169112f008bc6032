"""The pages of talks: nobody but those who take part sees them, and no question is anywhere before it is drawn."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.sites import site as admin_site
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from mastery import booking, calendar, examining, home, invariants, second_marks, talk_reminders
from mastery.choices import TalkState
from mastery.judgements import SecondMark, SecondMarkShare
from mastery.models import Attempt
from mastery.talks import DrawnQuestion, OralSlot, Talk
from tests.factories.mastery import Course
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.talks import NOT_YET, begin, book, hand_in, hold_talk, make_slot, oral_course, soon
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.programme import personal
from whitebox.web import cards, feed
from whitebox.web.cards import Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return oral_course()


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def test_a_participant_books_and_moves_a_talk_without_a_script(course: Course) -> None:
    attempt = hand_in(course)
    slots = [make_slot(course.mentor, soon(hours=hour)) for hour in range(2)]
    page = signed_in(course.participant)

    waiting = page.get(reverse("mastery:attempt", args=[attempt.pk]))
    offered = page.get(reverse("mastery:book_talk", args=[attempt.pk]))
    booked = page.post(reverse("mastery:book_talk", args=[attempt.pk]), {"slot": slots[0].pk}, follow=True)
    moved = page.post(reverse("mastery:book_talk", args=[attempt.pk]), {"slot": slots[1].pk}, follow=True)

    assert reverse("mastery:book_talk", args=[attempt.pk]) in waiting.content.decode()
    assert "With your mentor" in offered.content.decode()
    assert "Room 304" in booked.content.decode()
    assert "Booked." in moved.content.decode()
    assert Talk.objects.booked().get().slot == slots[1]


@pytest.mark.parametrize("sent", [{}, {"slot": "x"}, {"slot": "-1"}])
def test_a_choice_that_is_none_is_refused_in_words(course: Course, sent: dict[str, str]) -> None:
    attempt = hand_in(course)

    answer = signed_in(course.participant).post(reverse("mastery:book_talk", args=[attempt.pk]), sent, follow=True)

    assert "Choose one of the times." in answer.content.decode()


def everything_shown(course: Course, talk: Talk) -> str:
    """Return all pages, feeds and data that anybody of the cohort can get about a talk."""
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    second = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR)
    attempt = talk.attempt_id
    addresses = [
        reverse("mastery:talk", args=[talk.pk]),
        reverse("mastery:book_talk", args=[attempt]),
        reverse("mastery:attempt", args=[attempt]),
        reverse("mastery:check", args=[course.check.for_check.slug]),
        reverse("mastery:talk_times"),
        reverse("mastery:desk"),
        reverse("mastery:mark", args=[attempt, "a-talk"]),
        reverse("web:home"),
    ]
    shown = []
    for membership in (course.participant, course.mentor, organizer, second):
        page = signed_in(membership)
        shown += [page.get(address, follow=True).content.decode() for address in addresses]
        shown.append(feed.ical(membership.user).decode())
        shown.append(str(personal.export(membership.user.email)))
    return "\n".join(shown)


def test_no_question_is_anywhere_before_the_talk_begins(course: Course, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    talk = book(course, hand_in(course))
    with time_machine.travel(talk.slot.starts_at - timedelta(seconds=5), tick=False):
        refused = signed_in(course.mentor).post(reverse("mastery:begin_talk", args=[talk.pk]), follow=True)
        shown = everything_shown(course, talk)

    assert "not before" in refused.content.decode()
    assert "SECRET" not in shown
    assert "Hear " not in shown
    assert "SECRET" not in caplog.text
    assert not DrawnQuestion.objects.exists()


def test_an_open_attempt_shows_no_question_of_its_talk(course: Course) -> None:
    attempt = course.start()

    shown = signed_in(course.participant).get(reverse("mastery:attempt", args=[attempt.pk])).content.decode()

    assert "You answer this in a talk." in shown
    assert "SECRET" not in shown


def test_the_drawn_question_is_shown_to_both_and_the_rubric_to_examiners_only(course: Course) -> None:
    talk = book(course, hand_in(course))
    with time_machine.travel(talk.slot.starts_at, tick=False):
        signed_in(course.mentor).post(reverse("mastery:begin_talk", args=[talk.pk]))
        address = reverse("mastery:talk", args=[talk.pk])
        mine, theirs = (signed_in(one).get(address).content.decode() for one in (course.participant, course.mentor))
        other = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR)
        not_joined = signed_in(other).get(address).content.decode()

    question = talk.drawn.get().question
    others = {"one", "two", "three"} - {question}
    assert f"SECRET {question}" in mine
    assert f"SECRET {question}" in theirs
    assert f"Hear {question}" in theirs
    assert "Hear " not in mine
    assert "level 2" not in mine
    assert not any(f"SECRET {one}" in mine + theirs for one in others)
    assert "Hear " not in not_joined


def test_the_outcome_is_recorded_on_the_page_and_notes_survive_a_mistake(course: Course) -> None:
    talk = begin(course, book(course, hand_in(course)))
    page = signed_in(course.mentor)
    address = reverse("mastery:talk_outcome", args=[talk.pk])

    kept = page.post(reverse("mastery:talk_notes", args=[talk.pk]), {"notes": "Calm.", "a-talk-level": "2"})
    missing = page.post(address, {"notes": "Calm and clear.", "a-talk-comment": "Well said."})
    done = page.post(address, {"notes": "All.", "a-talk-level": "2", "a-talk-comment": "Well said."}, follow=True)

    assert 'value="2" checked' in kept.content.decode()
    assert missing.status_code == 422
    assert "Choose a level." in missing.content.decode()
    assert "Well said." in missing.content.decode()
    assert "Recorded." in done.content.decode()
    talk.refresh_from_db()
    assert (talk.state, talk.notes) == (TalkState.HELD, "All.")
    result = signed_in(course.participant).get(reverse("mastery:attempt", args=[talk.attempt_id])).content.decode()
    assert "SECRET" in result
    assert "Well said." in result
    assert "All." not in result


def test_a_mark_of_a_talk_is_in_no_sample_of_second_marks(course: Course) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    second_marks.set_share(course.participant.cohort, 100, by=organizer.user)
    SecondMarkShare.objects.update(at=timezone.now() - timedelta(days=1))

    hold_talk(course, book(course, hand_in(course)), NOT_YET)

    assert not SecondMark.objects.exists()
    assert list(second_marks.draws(course.participant.cohort)) == []


def test_notes_are_not_the_participant_s(course: Course) -> None:
    talk = begin(course, book(course, hand_in(course)))
    examining.keep_notes(talk, "He hesitates.", by=course.mentor.user)

    page = signed_in(course.participant).get(reverse("mastery:talk", args=[talk.pk])).content.decode()

    assert "He hesitates." not in page
    assert "He hesitates." not in str(personal.export(course.user.email))


def test_strangers_find_no_talk(course: Course) -> None:
    talk = book(course, hand_in(course))
    peer = MembershipFactory.create(cohort=course.participant.cohort)
    away = MembershipFactory.create(role=Role.MENTOR)
    stranger = Client()
    stranger.force_login(UserFactory.create())

    found = [
        client.get(reverse("mastery:talk", args=[talk.pk])).status_code
        for client in (signed_in(peer), signed_in(away), stranger)
    ]

    assert found == [404, 404, 404]


def test_a_mentor_opens_a_series_and_takes_one_back(course: Course) -> None:
    page = signed_in(course.mentor)
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    sent = {"day": day, "first": "09:00", "last": "10:00", "minutes": "20", "pause": "10", "zone": "Asia/Manila"}

    wrong = page.post(reverse("mastery:talk_times"), sent | {"weeks": "40", "place": ""})
    opened = page.post(reverse("mastery:talk_times"), sent | {"weeks": "2", "place": "Room 1"}, follow=True)
    slot = OralSlot.objects.first()
    assert slot is not None
    page.post(reverse("mastery:take_back_time", args=[slot.pk]))

    assert wrong.status_code == 422
    assert "4 times can be booked now." in opened.content.decode()
    assert OralSlot.objects.filter(cancelled_at=None).count() == 3


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_the_times_of_a_mentor_take_the_same_queries(course: Course, rows: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for number in range(rows):
        studying = MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor)
        peer = Course(studying, course.mentor, course.version, course.modules, course.checks)
        attempt = hand_in(peer)
        book(peer, attempt, make_slot(course.mentor, soon(hours=number)))
        make_slot(course.mentor, soon(hours=number, days=30))
    page = signed_in(course.mentor)
    page.get(reverse("mastery:talk_times"))

    with django_assert_num_queries(TIMES_QUERIES):
        answer = page.get(reverse("mastery:talk_times"))

    assert len(answer.context["coming"]) == 2 * rows


TIMES_QUERIES = 11


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_the_times_to_choose_from_take_the_same_queries(course: Course, rows: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    attempt = hand_in(course)
    for number in range(rows):
        make_slot(MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR), soon(hours=number))
    page = signed_in(course.participant)
    page.get(reverse("mastery:book_talk", args=[attempt.pk]))

    with django_assert_num_queries(BOOK_QUERIES):
        answer = page.get(reverse("mastery:book_talk", args=[attempt.pk]))

    assert answer.content.decode().count('name="slot"') == rows


BOOK_QUERIES = 12


def items(course: Course, membership: Membership) -> list[tuple[str, bool, int]]:
    return [(one.title, one.is_cancelled, one.sequence) for one in calendar.items(membership.user)]


def test_both_have_the_talk_in_their_calendars_and_hear_of_its_end(course: Course) -> None:
    second = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR)
    talk = book(course, hand_in(course))
    examining.join(talk, by=second.user)
    before = {one.pk: items(course, one) for one in (course.participant, course.mentor, second)}

    booking.cancel(talk, by=course.user, now=timezone.now() + timedelta(seconds=1))

    for membership in (course.participant, course.mentor, second):
        assert [(title, gone) for title, gone, _number in before[membership.pk]] == [("Talk: Check of week 1", False)]
        after = items(course, membership)
        assert after[0][1] is True
        assert after[0][2] > before[membership.pk][0][2]
    event = Calendar.from_ical(feed.ical(course.user)).walk("VEVENT")[0]
    assert (event["STATUS"], str(event["LOCATION"])) == ("CANCELLED", "Room 304")
    assert course.user.name not in feed.ical(course.mentor.user).decode()


def test_both_are_reminded_on_the_day_before_and_once(course: Course) -> None:
    talk = book(course, hand_in(course))
    Talk.objects.update(booked_at=timezone.now() - timedelta(days=1))
    starts = talk.slot.starts_at

    early = list(talk_reminders.due(starts - timedelta(hours=25)))
    found = list(talk_reminders.due(starts - timedelta(hours=23)))
    late = list(talk_reminders.due(starts - timedelta(minutes=30)))

    assert (early, late) == ([], [])
    assert [(one.kind, one.to) for one in found] == [
        ("talk-tomorrow", course.user),
        ("talk-tomorrow-staff", course.mentor.user),
    ]
    assert [one.dedup_key for one in found] == [
        one.dedup_key for one in talk_reminders.due(starts - timedelta(hours=3))
    ]


def test_who_has_not_booked_is_reminded_after_two_days(course: Course) -> None:
    attempt = hand_in(course)
    now = timezone.now()

    assert list(talk_reminders.due(now)) == []
    assert [one.kind for one in talk_reminders.due(now + timedelta(days=2, hours=1))] == ["talk-to-book"]
    book(course, attempt)
    assert list(talk_reminders.due(now + timedelta(days=2, hours=1))) == []


def on_home(membership: Membership, *, studies: bool) -> list[tuple[Section, str]]:
    fresh = Membership.objects.select_related("cohort__adoption__version", "user", "mentor__user").get(pk=membership.pk)
    viewer = cards.Viewer(fresh.user, [fresh], fresh if studies else None, timezone.now())
    return [(card.section, card.title) for card in home.cards(viewer) if "alk" in card.title]


def test_home_says_what_to_book_what_is_ahead_and_what_to_record(course: Course) -> None:
    attempt = hand_in(course)
    assert on_home(course.participant, studies=True) == [(Section.NEXT, "Book your talk: Check of week 1")]

    talk = book(course, attempt)
    name = course.mentor.user.called
    assert on_home(course.participant, studies=True) == [(Section.NEXT, f"Talk with {name}")]
    assert on_home(course.mentor, studies=False) == [(Section.NEXT, f"Talk with {course.user.called}")]

    OralSlot.objects.filter(pk=talk.slot_id).update(starts_at=timezone.now() - timedelta(hours=1))
    assert on_home(course.mentor, studies=False) == [(Section.NEXT, f"How did the talk with {course.user.called} go?")]


def test_the_admin_lists_no_seed_and_no_question() -> None:
    shown = {model.__name__ for model in admin_site._registry}

    assert not shown & {"DrawnQuestion", "Talk"}


def test_privacy_gives_and_takes_what_talks_store(course: Course) -> None:
    talk = begin(course, book(course, hand_in(course)))
    examining.keep_notes(talk, "Calm.", by=course.mentor.user)
    hold_talk(course, talk)

    given = personal.export(course.user.email)["mastery"]
    Membership.objects.filter(pk=course.participant.pk).update(state="completed")
    outcome = personal.erase(course.user.email)

    assert len(given["talks"]) == len(given["questions_of_talks"]) == 1
    assert outcome.erased["mastery: notes of talks"] == 1
    assert ("mastery", "talks") in [(app, kept.what) for app, kept in outcome.kept]
    assert Attempt.objects.count() == 1
    talk.refresh_from_db()
    assert talk.notes == ""


def test_the_invariants_of_talks_hold_and_find_what_is_broken(course: Course) -> None:
    talk = begin(course, book(course, hand_in(course)))
    checked = [
        invariants.questions_drawn_too_early,
        invariants.talks_held_without_a_grade,
        invariants.people_who_examine_themselves,
        invariants.live_talks_at_times_taken_back,
    ]
    assert [found().count() for found in checked] == [0, 0, 0, 0]

    DrawnQuestion.objects.update(at=talk.slot.starts_at - timedelta(minutes=1))
    Talk.objects.update(state=TalkState.HELD, ended_at=timezone.now())
    OralSlot.objects.update(cancelled_at=timezone.now(), mentor=course.participant)

    assert [found().count() for found in checked] == [1, 1, 1, 1]
