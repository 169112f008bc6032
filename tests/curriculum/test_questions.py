import uuid

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from curriculum import questions
from curriculum.commitments import Question
from tests.curriculum.worlds import World, running
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Membership


def ask(world: World, text: str = "Why?", key: uuid.UUID | None = None) -> Question:
    return questions.ask(world.participant, world.module, text, key=key or uuid.uuid4(), by=world.participant.user)


def mentor_of(world: World) -> Membership:
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)
    membership.assign_mentor(world.participant, mentor, by=world.organizer)
    return mentor


def test_double_click_asks_once(db: None) -> None:
    world, key = running(), uuid.uuid4()

    assert ask(world, key=key) == ask(world, key=key)
    assert Question.objects.count() == 1


@pytest.mark.parametrize(("text", "words"), [("  ", "Write your question"), ("x" * 2_001, "at most")])
def test_question_has_a_length(db: None, text: str, words: str) -> None:
    world = running()

    with pytest.raises(RuleViolation, match=words):
        ask(world, text)


def test_too_many_open_questions_want_a_talk(db: None) -> None:
    world = running()
    for _each in range(questions.MOST_OPEN):
        ask(world)

    with pytest.raises(RuleViolation, match="Talk to your mentor"):
        ask(world)


def test_question_about_a_foreign_resource_is_refused(db: None) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="no such resource"):
        questions.ask(
            world.participant, world.module, "Why?", key=uuid.uuid4(), by=world.participant.user, resource_slug="other"
        )


def test_nobody_asks_for_somebody_else(db: None) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="Only participants"):
        questions.ask(world.participant, world.module, "Why?", key=uuid.uuid4(), by=world.organizer)


def test_mentor_answers_and_the_same_answer_twice_changes_nothing(db: None) -> None:
    world = running()
    mentor, question = mentor_of(world), ask(world)

    first = questions.answer(question, "Because.", by=mentor.user)
    again = questions.answer(question, "Because. ", by=mentor.user)

    assert (again.answer, again.answered_at, again.answered_by) == ("Because.", first.answered_at, mentor.user)


@pytest.mark.parametrize("role", [Role.MENTOR, Role.ADVISER, Role.PARTICIPANT])
def test_who_does_not_help_this_person_answers_nothing(db: None, role: Role) -> None:
    world = running()
    other = MembershipFactory.create(cohort=world.cohort, role=role)

    with pytest.raises(RuleViolation, match="Mentors answer the people they mentor"):
        questions.answer(ask(world), "Because.", by=other.user)


def test_mentor_sees_the_own_peoples_questions_only(db: None) -> None:
    world = running()
    mentor, other = mentor_of(world), MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)
    question = ask(world)

    assert list(questions.answerable_by(mentor.user)) == [question]
    assert list(questions.answerable_by(other.user)) == []
    assert list(questions.answerable_by(world.participant.user)) == []


def test_answer_stands_on_the_page_of_the_week(db: None, client: Client) -> None:
    world = running()
    mentor, question = mentor_of(world), ask(world, "Why <b>minus</b> infinity?")
    client.force_login(mentor.user)
    client.post(
        reverse("curriculum:answer", args=[world.cohort.slug, question.pk]), {"answer": "So that softmax gives 0."}
    )
    client.force_login(world.participant.user)

    page = client.get(reverse("curriculum:module", args=[world.cohort.slug, world.module.module.slug])).content.decode()

    assert "Why &lt;b&gt;minus&lt;/b&gt; infinity?" in page
    assert "So that softmax gives 0." in page


@pytest.mark.parametrize("rows", [1, 3])
def test_questions_page_takes_constant_queries(
    db: None, client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    world = running()
    mentor = mentor_of(world)
    for _each in range(rows):
        questions.answer(ask(world), "Because.", by=mentor.user)
        ask(world)
    client.force_login(mentor.user)
    client.get(reverse("curriculum:questions", args=[world.cohort.slug]))  # what the pack says is kept from then on

    # session, user, cohort, waiting, what the cohort follows (two), answered, roles for the links of the site,
    # and roles in the cohort for the links of its team
    with django_assert_num_queries(9):
        page = client.get(reverse("curriculum:questions", args=[world.cohort.slug]))

    assert len(page.context["waiting"]) == rows
