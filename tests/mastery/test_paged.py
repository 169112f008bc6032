"""One item a page: saved from page to page, resumed where one stopped, handed in on the last page."""

import pytest
from django.test import Client
from django.urls import reverse

from mastery import attempts
from mastery.choices import AttemptState
from mastery.models import Attempt
from tests.factories.mastery import Course, make_course, numeric

CHOICES = {
    "slug": "a-many",
    "objective": "second",
    "kind": "multiple",
    "points": 1,
    "prompt_html": "<p>Which?</p>",
    "options": [{"html": str(n), "feedback_html": "", "correct": n < 2} for n in range(3)],
}


@pytest.fixture
def course(db: None) -> Course:
    course = make_course(
        {form: [numeric(f"{form}-one", "first"), {**CHOICES, "slug": f"{form}-many"}] for form in "ab"}
    )
    course.check.is_paged = True
    course.check.save(update_fields=["is_paged"])
    return course


@pytest.fixture
def attempt(course: Course, client: Client) -> Attempt:
    client.force_login(course.user)
    return course.start()


def address(attempt: Attempt, what: str = "attempt") -> str:
    return reverse(f"mastery:{what}", args=[attempt.pk])


def test_each_page_shows_one_item(attempt: Attempt, client: Client) -> None:
    text = client.get(address(attempt)).content.decode()

    assert ("What is a-one?" in text, "Which?" in text) == (True, False)


def test_going_on_saves_the_item_and_leaves_the_others(attempt: Attempt, client: Client) -> None:
    client.post(address(attempt, "save"), {"page": "a-many", "a-many": ["0", "1"], "go": "end"})

    page = client.post(address(attempt, "save"), {"page": "a-one", "a-one": "4", "go": "a-many"}, follow=True)

    assert attempts.answers_of(attempt) == {"a-one": "4", "a-many": ["0", "1"]}
    assert page.content.decode().count("checked") == 2


def test_coming_back_opens_the_first_item_without_an_answer(attempt: Attempt, client: Client) -> None:
    client.post(address(attempt, "save"), {"page": "a-one", "a-one": "4", "go": "a-many"})

    assert "Which?" in client.get(address(attempt)).content.decode()


def test_the_last_page_names_what_is_empty_and_hands_in(attempt: Attempt, client: Client) -> None:
    client.post(address(attempt, "save"), {"page": "a-one", "a-one": "4", "go": "a-many"})
    assert "1 item has no answer yet." in client.get(f"{address(attempt)}?item=end").content.decode()

    refused = client.post(address(attempt, "submit"), {})
    assert (refused.status_code, "Item 2: You have not answered this yet." in refused.content.decode()) == (422, True)

    client.post(address(attempt, "submit"), {"leave_empty": "on"})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.GRADED
    assert attempts.answers_of(attempt) == {"a-one": "4"}


def test_a_wrong_number_on_another_page_is_named(attempt: Attempt, client: Client) -> None:
    client.post(address(attempt, "save"), {"page": "a-one", "a-one": "four", "go": "a-many"})

    refused = client.post(address(attempt, "submit"), {"leave_empty": "on"})

    assert "Item 1: Write one number" in refused.content.decode()


def test_an_unknown_page_shows_where_one_stopped(attempt: Attempt, client: Client) -> None:
    assert "What is a-one?" in client.get(f"{address(attempt)}?item=nothing").content.decode()
