import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from curriculum.commitments import Question
from tests.factories.mastery import HALF, Course, make_course
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.people import contact
from whitebox.people.choices import Concern, MembershipState, Role
from whitebox.people.models import ContactNote, Membership

LIST_QUERIES, BOARD_QUERIES, MENTOR_QUERIES = 36, 34, 11


@pytest.fixture
def course(db: None) -> Course:
    """A cohort in its second week that has begun eight days ago, with nobody active."""
    made = make_course()
    begun = timezone.now() - timedelta(days=8)
    cohort = made.participant.cohort
    cohort.starts_on, cohort.started_at = begun.date(), begun
    cohort.save()
    Membership.objects.filter(cohort=cohort).update(joined_at=begun)
    return made


def address(course: Course, page: str, *more: object) -> str:
    return reverse(f"people:{page}", args=[course.participant.cohort.slug, *more])


def organizer(course: Course, client: Client) -> Membership:
    made: Membership = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    client.force_login(made.user)
    return made


def names(response: object) -> set[str]:
    return {row[0].membership.user.called for row in response.context["rows"]}  # type: ignore[attr-defined]  # a test response


@pytest.mark.parametrize("page", ["team", "board"])
def test_mentors_see_their_own_people_and_organizers_all(client: Client, course: Course, page: str) -> None:
    other = MembershipFactory.create(cohort=course.participant.cohort)
    client.force_login(course.mentor.user)

    seen_by_mentor = names(client.get(address(course, page)))
    organizer(course, client)
    seen_by_organizer = names(client.get(address(course, page)))

    assert seen_by_mentor == {course.user.called}
    assert seen_by_organizer == {course.user.called, other.user.called}


def test_an_organizer_who_studies_does_not_see_themselves(client: Client, course: Course) -> None:
    own = organizer(course, client)
    studying = MembershipFactory.create(cohort=own.cohort, user=own.user)

    assert own.user.called not in names(client.get(address(course, "team")))
    assert client.get(address(course, "person", studying.pk)).status_code == 404


def test_a_mentor_finds_nobody_elses_person(client: Client, course: Course) -> None:
    other = MembershipFactory.create(cohort=course.participant.cohort)
    client.force_login(course.mentor.user)

    answers = [
        client.get(address(course, "person", other.pk)).status_code,
        client.post(address(course, "contacted", other.pk)).status_code,
        client.post(address(course, "note", other.pk), {"text": "x"}).status_code,
    ]

    assert answers == [404, 404, 404]
    assert not ContactNote.objects.exists()


@pytest.mark.parametrize(("page", "most"), [("team", LIST_QUERIES), ("board", BOARD_QUERIES)])
@pytest.mark.parametrize("people", [1, 3])
def test_lists_ask_the_same_for_one_and_for_three(
    client: Client,
    course: Course,
    page: str,
    most: int,
    people: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    by = organizer(course, client)
    for one in [course.participant, *MembershipFactory.create_batch(people - 1, cohort=by.cohort)]:
        contact.note(one, "Talked.", by=by.user, concern=Concern.WATCH)
        Question.objects.create(membership=one, module=course.modules[0].module, text="Why?", key=uuid.uuid4())
    client.get(address(course, page))

    with django_assert_num_queries(most):
        response = client.get(address(course, page))

    assert len(names(response)) == people


@pytest.mark.parametrize("people", [1, 3])
def test_the_load_asks_the_same_for_one_and_for_three(
    client: Client, course: Course, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    by = organizer(course, client)
    MembershipFactory.create_batch(people, cohort=by.cohort, mentor=course.mentor)
    MembershipFactory.create_batch(people, cohort=by.cohort, role=Role.MENTOR)

    with django_assert_num_queries(MENTOR_QUERIES):
        response = client.get(address(course, "mentors"))

    assert len(response.context["lines"]) == people + 1
    assert response.content.decode().count("no hours a week are promised") == people + 1


def test_the_board_says_why_where_and_who_was_in_touch(client: Client, course: Course) -> None:
    client.force_login(course.mentor.user)

    page = client.get(address(course, "board")).content.decode()

    assert "not started" in page
    assert "8 days ago, and has done nothing yet" in page
    assert reverse("curriculum:pace_person", args=[course.participant.cohort.slug, course.participant.pk]) in page
    assert "Nobody has noted a contact yet." in page


def test_one_click_notes_a_contact_and_undo_takes_it_back(client: Client, course: Course) -> None:
    client.force_login(course.mentor.user)
    back = f"{address(course, 'board')}?kind=not-started#person-{course.participant.pk}"
    sent = {"key": str(uuid.uuid4()), "next": back}

    first = client.post(address(course, "contacted", course.participant.pk), sent)
    client.post(address(course, "contacted", course.participant.pk), sent)

    note = ContactNote.objects.get()
    assert first["Location"] == back
    assert (note.author, note.text) == (
        course.mentor.user,
        "In touch about: not started; no committed mentor.",
    )
    assert "Undo my note" in client.get(address(course, "board")).content.decode()

    client.post(address(course, "note_undo", course.participant.pk, note.pk), {"next": back})

    assert contact.last_contact(course.participant) is None
    assert "I was in touch" in client.get(address(course, "board")).content.decode()


@pytest.mark.parametrize("to", ["https://example.test/", "//example.test/", "", "javascript:x"])
def test_no_button_leads_away_from_the_site(client: Client, course: Course, to: str) -> None:
    client.force_login(course.mentor.user)

    response = client.post(address(course, "contacted", course.participant.pk), {"next": to, "key": "no key"})

    assert response["Location"] == address(course, "person", course.participant.pk)


def test_the_most_urgent_stand_first_and_filters_choose(client: Client, course: Course) -> None:
    by = organizer(course, client)
    urgent = MembershipFactory.create(cohort=by.cohort, user__name="Zoe", joined_at=by.cohort.started_at)
    contact.note(urgent, "Wants to leave.", by=by.user, concern=Concern.ACT)
    calm = MembershipFactory.create(cohort=by.cohort, user__name="Cal", mentor=course.mentor, joined_at=timezone.now())
    Membership.objects.filter(pk=course.mentor.pk).update(promised_hours=4)

    def shown(query: str) -> list[str]:
        response = client.get(f"{address(course, 'board')}?{query}")
        return [row[0].membership.user.called for row in response.context["rows"]]

    everybody = shown("")
    assert everybody == ["Zoe", course.user.called]
    assert shown("kind=concern") == ["Zoe"]
    assert shown("mentor=none") == ["Zoe"]
    assert shown(f"mentor={course.mentor.pk}") == [course.user.called]
    assert shown("kind=concern&urgency=1") == []
    assert shown("kind=nonsense&mentor=-1&urgency=x&page=99") == everybody
    assert calm.user.called in client.get(address(course, "board")).content.decode()


def test_the_page_of_a_person_holds_everything(client: Client, course: Course) -> None:
    course.take(HALF)
    client.force_login(course.mentor.user)
    contact.note(course.participant, "Told in confidence.", by=course.mentor.user, concern=Concern.WATCH)

    page = client.get(address(course, "person", course.participant.pk)).content.decode()

    said = (
        *("How it stands", "worth watching", "Waits for you", "Objectives and attempts", "1 of 4 objectives"),
        *("Check of week 1, form A", ": 1/2", "Pace and confidence", "Attendance", "Told in confidence."),
    )
    assert [words for words in said if words not in page] == []


def test_a_person_who_left_is_still_found(client: Client, course: Course) -> None:
    organizer(course, client)
    course.participant.state = MembershipState.WITHDRAWN
    course.participant.save()

    page = client.get(address(course, "person", course.participant.pk)).content.decode()

    assert "no longer here: withdrawn" in page


def test_a_note_with_an_error_keeps_what_was_typed(client: Client, course: Course) -> None:
    client.force_login(course.mentor.user)
    sent = {"kind": "call", "text": "", "next_step": "Call again.", "concern": "1"}

    response = client.post(address(course, "note", course.participant.pk), sent)

    assert response.status_code == 422
    assert "Call again." in response.content.decode()
    assert not ContactNote.objects.exists()


def test_a_shared_note_reaches_the_participant_without_the_concern(client: Client, course: Course) -> None:
    client.force_login(course.mentor.user)
    shared = {"kind": "meeting", "text": "We agreed.", "next_step": "Draw it.", "concern": "2", "is_shared": "on"}
    client.post(address(course, "note", course.participant.pk), shared)
    client.post(address(course, "note", course.participant.pk), {"kind": "call", "text": "Secret.", "concern": "2"})

    client.force_login(course.user)
    home = client.get(reverse("web:home")).content.decode()
    notes = client.get(reverse("people:notes")).content.decode()

    assert "A note from your last talk" in home
    assert "next step: Draw it." in home
    assert "We agreed." in notes
    assert "Secret." not in notes + home
    assert "act now" not in notes + home


def test_old_news_leaves_the_home_page(client: Client, course: Course) -> None:
    note = contact.note(course.participant, "We agreed.", by=course.mentor.user, is_shared=True)
    ContactNote.objects.filter(pk=note.pk).update(at=timezone.now() - timedelta(days=22))
    client.force_login(course.user)

    assert "A note from your last talk" not in client.get(reverse("web:home")).content.decode()


def test_people_leads_to_the_cohort_at_work_one_teaches_in(client: Client, course: Course) -> None:
    older = CohortFactory.create(starts_on=(timezone.now() - timedelta(days=300)).date())
    MembershipFactory.create(cohort=older, user=course.mentor.user, role=Role.MENTOR)
    client.force_login(course.mentor.user)

    later = CohortFactory.create(starts_on=(timezone.now() + timedelta(weeks=20)).date())
    MembershipFactory.create(cohort=later, user=course.mentor.user, role=Role.MENTOR)  # it has not begun

    assert client.get(reverse("people:teams"))["Location"] == address(course, "team")

    client.force_login(UserFactory.create())
    assert client.get(reverse("people:teams")).status_code == 404
