from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mastery import attempts, correctives, disputing, marking, second_marks
from mastery.choices import AttemptState
from mastery.judgements import SecondMark
from mastery.marking import Judgement
from mastery.models import Attempt, CorrectiveAssignment
from tests.factories.mastery import HALF, RIGHT, Course, code, make_course, numeric, read_twice, written
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.people.choices import Role

ITEMS: dict[str, list[dict[str, Any]]] = {
    form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"
}


@pytest.fixture
def course(db: None) -> Course:
    return make_course()


@pytest.fixture
def learner(course: Course, client: Client) -> Client:
    client.force_login(course.user)
    return client


def test_the_check_page_shows_what_it_takes_and_starts_a_form(course: Course, learner: Client) -> None:
    page = learner.get(reverse("mastery:check", args=[course.check.for_check.slug]))

    text = page.content.decode()
    assert "Start form A" in text
    assert "80 % of them is 2" in text
    token = page.context["token"]
    for _click in range(2):
        learner.post(reverse("mastery:start", args=[course.check.for_check.slug]), {"token": token})
    assert Attempt.objects.count() == 1


def test_a_locked_check_names_what_is_missing(course: Course, learner: Client) -> None:
    slug = course.checks[1].for_check.slug

    page = learner.get(reverse("mastery:check", args=[slug]))
    refused = learner.post(reverse("mastery:start", args=[slug]), {"token": "t"}, follow=True)

    text = page.content.decode()
    assert "Objective 1.1: Do the first thing" in text
    assert text.count("Start form A when you are ready.</a>") == 1
    assert "Locked: 2 objectives" in refused.content.decode()
    assert not Attempt.objects.exists()


def test_a_draft_is_kept_by_the_save_button(course: Course, learner: Client) -> None:
    attempt = course.start()

    page = learner.post(reverse("mastery:save", args=[attempt.pk]), {"a-one": "3.9"}, follow=True)

    assert 'value="3.9"' in page.content.decode()
    assert attempts.answers_of(attempt) == {"a-one": "3.9", "a-two": ""} or attempts.answers_of(attempt) == {
        "a-one": "3.9"
    }


def test_autosave_answers_with_the_time(course: Course, learner: Client) -> None:
    attempt = course.start()

    answer = learner.post(reverse("mastery:save", args=[attempt.pk]), {"a-one": "4"}, headers={"X-Autosave": "1"})

    assert (answer.status_code, len(answer.content)) == (200, 5)


def test_empty_items_are_named_and_the_rest_is_saved(course: Course, learner: Client) -> None:
    attempt = course.start()

    page = learner.post(reverse("mastery:submit", args=[attempt.pk]), {"a-one": "4", "a-two": ""})

    assert page.status_code == 422
    assert "Not submitted yet. Your answers are saved." in page.content.decode()
    assert '<a href="#a-two">Item 2: You have not answered this yet.</a>' in page.content.decode()
    assert attempts.answers_of(attempt)["a-one"] == "4"


def test_empty_items_can_be_left_on_purpose(course: Course, learner: Client) -> None:
    attempt = course.start()

    learner.post(reverse("mastery:submit", args=[attempt.pk]), {"a-one": "4", "a-two": "", "leave_empty": "on"})

    attempt.refresh_from_db()
    assert attempt.state == AttemptState.GRADED


def test_a_number_that_cannot_be_read_is_an_error_not_a_lost_point(course: Course, learner: Client) -> None:
    attempt = course.start()

    page = learner.post(reverse("mastery:submit", args=[attempt.pk]), {"a-one": "four", "a-two": "4"})

    assert "Write one number, for example 0.25 or -3." in page.content.decode()


def test_the_result_names_the_corrective_and_the_next_form_opens(course: Course, learner: Client) -> None:
    attempt = course.take(HALF)
    page = learner.get(reverse("mastery:attempt", args=[attempt.pk]))
    assignment = CorrectiveAssignment.objects.get()
    assert "Way 1 to second" in page.content.decode()
    assert page.content.decode().index("Open the corrective") < page.content.decode().index("Objectives</h2>")
    assert "Because of a-two." in page.content.decode()
    assert learner.get(reverse("mastery:corrective", args=[assignment.pk])).status_code == 200

    after = learner.post(reverse("mastery:corrective_done", args=[assignment.pk]), follow=True)

    assert "Start form B" in after.content.decode()


def test_explanations_stay_closed_before_grading(course: Course, learner: Client) -> None:
    attempt = course.start()

    page = learner.get(reverse("mastery:attempt", args=[attempt.pk]))

    assert "Because of" not in page.content.decode()


def test_the_order_of_an_ordering_item_does_not_give_the_answer_away(db: None, client: Client) -> None:
    ordering = {
        "slug": "a-order",
        "objective": "first",
        "kind": "ordering",
        "points": 1,
        "prompt_html": "",
        "in_order": ["one", "two", "three", "four"],
    }
    course = make_course({"A": [ordering], "B": [ordering]})
    client.force_login(course.user)
    attempt = course.start()
    page = client.get(reverse("mastery:attempt", args=[attempt.pk]))
    shown = [part.html for part in page.context["items"][0].parts]
    places = {f"a-order_{place}": str(ordering["in_order"].index(html) + 1) for place, html in enumerate(shown)}  # type: ignore[attr-defined]  # the list above

    client.post(reverse("mastery:submit", args=[attempt.pk]), places)

    assert attempt.events.get().points == 1
    again = client.get(reverse("mastery:attempt", args=[attempt.pk]))
    assert again.context["page"].items[0].answer == ["one", "two", "three", "four"]


def test_the_starter_file_is_there_while_the_attempt_is_open(db: None, client: Client) -> None:
    course = make_course({form: [code(f"{form}-code", "first")] for form in "AB"})
    client.force_login(course.user)
    attempt = course.start()
    address = reverse("mastery:starter", args=[attempt.pk, "A-code"])

    assert b"NotImplementedError" in client.get(address).content
    attempts.submit(attempt, {}, by=course.user)
    assert client.get(address).status_code == 404


def test_anothers_attempt_cannot_be_found(course: Course, client: Client) -> None:
    attempt = course.start()
    other = MembershipFactory.create(cohort=course.participant.cohort).user
    client.force_login(other)

    assert client.get(reverse("mastery:attempt", args=[attempt.pk])).status_code == 404
    for name in ("save", "submit"):
        assert client.post(reverse(f"mastery:{name}", args=[attempt.pk]), RIGHT).status_code == 404


def test_a_mentor_reads_a_submitted_attempt_of_an_own_person_only(course: Course, client: Client) -> None:
    attempt = course.start()
    client.force_login(course.mentor.user)
    before = client.get(reverse("mastery:attempt", args=[attempt.pk]))
    attempts.submit(attempt, HALF, by=course.user)

    after = client.get(reverse("mastery:attempt", args=[attempt.pk]))
    client.force_login(make_course().mentor.user)

    assert (before.status_code, after.status_code) == (404, 200)
    assert client.get(reverse("mastery:attempt", args=[attempt.pk])).status_code == 404


@pytest.mark.parametrize("name", ["check", "start"])
def test_strangers_find_no_check(course: Course, client: Client, name: str) -> None:
    client.force_login(UserFactory.create())
    address = reverse(f"mastery:{name}", args=[course.check.for_check.slug])

    answer = client.post(address) if name == "start" else client.get(address)

    assert answer.status_code == 404


def test_anothers_corrective_cannot_be_found(course: Course, client: Client) -> None:
    course.take(HALF)
    assignment = CorrectiveAssignment.objects.get()
    client.force_login(course.mentor.user)

    assert client.get(reverse("mastery:corrective", args=[assignment.pk])).status_code == 404
    assert client.post(reverse("mastery:corrective_done", args=[assignment.pk])).status_code == 404


def test_pages_ask_for_a_sign_in(course: Course, client: Client) -> None:
    attempt = course.start()
    for address in (
        reverse("mastery:check", args=[course.check.for_check.slug]),
        reverse("mastery:attempt", args=[attempt.pk]),
        reverse("mastery:progress", args=[attempt.pk]),
        reverse("mastery:desk"),
    ):
        assert client.get(address).status_code == 302


def test_the_waiting_page_reloads_itself_when_the_grade_is_there(db: None, client: Client) -> None:
    course = make_course(ITEMS)
    client.force_login(course.user)
    attempt = course.take({"A-one": "4", "A-words": "Because."})
    page = client.get(reverse("mastery:attempt", args=[attempt.pk]))
    assert "waits for your mentor" in page.content.decode()

    marking.mark(attempt, "A-words", Judgement(2), by=course.mentor.user)

    assert client.get(reverse("mastery:progress", args=[attempt.pk])).headers["HX-Refresh"] == "true"


def test_a_double_submit_shows_the_result(course: Course, learner: Client) -> None:
    attempt = course.start()

    learner.post(reverse("mastery:submit", args=[attempt.pk]), HALF)
    answer = learner.post(reverse("mastery:submit", args=[attempt.pk]), HALF)

    assert answer.headers["Location"] == reverse("mastery:attempt", args=[attempt.pk])
    assert attempt.events.count() == 2


def waiting_course(rows: int) -> Course:
    course = make_course(ITEMS)
    course.take({"A-one": "4", "A-words": "Because."})
    for _more in range(rows - 1):
        someone = MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor)
        attempt = attempts.start(someone, course.check, token="t", by=someone.user)
        attempts.submit(attempt, {"A-one": "4", "A-words": "Because."}, by=someone.user)
    return course


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_query_count(db: None, client: Client, django_assert_num_queries: Any, rows: int) -> None:
    course = waiting_course(rows)
    client.force_login(course.mentor.user)

    # session, user, may teach, attempts, their grades, second marks, disputes (2), differences (2), roles for the links
    with django_assert_num_queries(11):
        page = client.get(reverse("mastery:desk"))

    assert len(page.context["entries"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_an_organizers_desk_with_everything_on_it_has_as_many_queries(
    db: None, client: Client, django_assert_num_queries: Any, rows: int
) -> None:
    course = waiting_course(rows * 2)
    cohort = course.participant.cohort
    organizer = MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user
    other = MembershipFactory.create(cohort=cohort, role=Role.MENTOR).user
    read_twice(course)
    for attempt in list(marking.waiting(course.mentor.user))[:rows]:
        marking.mark(attempt, "A-words", Judgement(1), by=course.mentor.user)
        attempt.refresh_from_db()
        second_marks.give(SecondMark.objects.get(attempt=attempt), 2, "", by=other)
        disputing.open_one(attempt, "A-words", "It is there.", by=attempt.membership.user)
    disputing.escalate(timezone.now() + disputing.ANSWER_WITHIN)
    client.force_login(organizer)

    with django_assert_num_queries(11):
        page = client.get(reverse("mastery:desk"))

    beside = page.context["beside"]
    assert [len(page.context["entries"]), len(beside.to_decide), len(beside.to_settle)] == [rows] * 3


def test_a_mark_leads_to_the_next_answer(db: None, client: Client) -> None:
    course = waiting_course(2)
    client.force_login(course.mentor.user)
    first, second = client.get(reverse("mastery:desk")).context["entries"]
    assert client.get(first.address).status_code == 200

    after = client.post(first.address, {"verdict": "mastered", "comment": "Clear."})

    assert after.headers["Location"] == second.address
    assert first.attempt.events.get(item="A-words").points == 2
    assert client.get(first.address).headers["Location"] == reverse("mastery:desk")


def test_a_level_and_a_button_that_disagree_are_asked_about(db: None, client: Client) -> None:
    course = waiting_course(1)
    client.force_login(course.mentor.user)
    (entry,) = client.get(reverse("mastery:desk")).context["entries"]

    page = client.post(entry.address, {"verdict": "mastered", "level": "0"})

    assert page.status_code == 422
    assert "This level is below" in page.content.decode()


def test_the_desk_is_not_there_for_participants(course: Course, learner: Client) -> None:
    attempt = course.take(HALF)

    assert learner.get(reverse("mastery:desk")).status_code == 404
    assert learner.get(reverse("mastery:mark", args=[attempt.pk, "a-one"])).status_code == 404


@pytest.mark.parametrize("tries", [1, 3])
def test_check_page_query_count(db: None, client: Client, django_assert_num_queries: Any, tries: int) -> None:
    course = make_course({form: [numeric(f"{form}-one", "first"), numeric(f"{form}-two", "second")] for form in "ABC"})
    for _try in range(tries):
        course.take({f"{form}-one": "4" for form in "ABC"})
        for assignment in CorrectiveAssignment.objects.filter(done_at=None):
            correctives.finish(assignment, by=course.user)
    client.force_login(course.user)
    address = reverse("mastery:check", args=[course.check.for_check.slug])
    client.get(address)  # what the pack says is kept in the process from then on

    with django_assert_num_queries(11):
        client.get(address)


def test_the_organizers_page_of_a_result(course: Course, client: Client) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    client.force_login(organizer)

    page = client.get(reverse("mastery:attempt", args=[course.take(HALF).pk]))

    assert "Mark as done" not in page.content.decode()
