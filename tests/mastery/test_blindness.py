"""A second marker reads the first mark nowhere: not on a person's page, in the list, the gradebook or the warnings."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from mastery import blindness, marking, second_marks
from mastery.judgements import SecondMark
from mastery.marking import Judgement
from tests.factories.mastery import Course, make_course, numeric, read_twice, written
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role
from whitebox.people.models import User

pytestmark = pytest.mark.django_db

Shown = Callable[[str], str]


@pytest.fixture
def course() -> Course:
    forms = {form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"}
    made = make_course(forms)
    read_twice(made)
    return made


@pytest.fixture
def second(course: Course) -> User:
    """An organizer who has to give the second mark of the first attempt, which is not yet by the first."""
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    marking.mark(course.take({"A-one": "4", "A-words": "Because."}), "A-words", Judgement(0), by=course.mentor.user)
    assert SecondMark.objects.get().marker == organizer.user
    user: User = organizer.user
    return user


@pytest.fixture
def shown(course: Course, client: Client) -> Shown:
    addresses = {
        "person": reverse("people:person", args=[course.participant.cohort.slug, course.participant.pk]),
        "list": reverse("people:team", args=[course.participant.cohort.slug]),
        "gradebook": reverse("mastery:gradebook", args=[course.participant.cohort.slug]),
        "file": reverse("mastery:gradebook_file", args=[course.participant.cohort.slug, "csv"]),
    }

    def get(name: str) -> str:
        answer = client.get(addresses[name])
        found: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        return found.decode()

    return get


# With what stands around each figure: an address or a token may hold the figure alone.
TELLING = {"person": "form A</a>: 1/3", "list": ">1.2</td>", "gradebook": "<i>not yet</i>", "file": "not yet"}


@pytest.mark.parametrize("page", list(TELLING))
def test_a_page_tells_the_second_marker_once_their_mark_is_in(
    course: Course, second: User, client: Client, shown: Shown, page: str
) -> None:
    client.force_login(second)
    before = shown(page)

    second_marks.give(SecondMark.objects.get(), 0, "", by=second)

    assert TELLING[page] not in before
    assert TELLING[page] in shown(page)


@pytest.mark.parametrize("page", list(TELLING))
def test_everybody_else_sees_it_at_once(course: Course, second: User, client: Client, shown: Shown, page: str) -> None:
    client.force_login(course.mentor.user)

    assert TELLING[page] in shown(page)


def test_only_the_objective_of_the_mark_is_kept_back(course: Course, second: User) -> None:
    kept = blindness.kept_from(second)

    marked = SecondMark.objects.get()
    assert dict(kept) == {course.participant.pk: {marked.first.objective_id}}
    assert blindness.attempts_kept_from(second) == {marked.attempt_id}
    assert dict(blindness.blind_markers([course.participant])) == {
        (course.participant.pk, marked.first.objective_id): frozenset({second.pk})
    }
