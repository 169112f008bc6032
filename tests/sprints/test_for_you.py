from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import for_you
from sprints.choices import ClaimState, ProblemState
from sprints.for_you import Candidate, Fit, Reader
from sprints.needs import Need
from sprints.tastes import Taste
from tests.factories.curriculum import ObjectiveFactory
from tests.factories.sprints import CategoryFactory, ClaimFactory, ProblemFactory, ResearcherFactory, mastered
from tests.sprints.views.test_bank import signed_in_as

PLAIN = Candidate(1, "1", 7, "B", "C", None, True)


def fit(reader: Reader, candidate: Candidate = PLAIN, needs: int = 0, met: int = 0) -> Fit:
    return Fit(candidate, reader, needs, met)


@pytest.mark.parametrize(("sought", "expected"), [("", None), ("A", 1), ("B", 0), ("C", 0), ("D", 1)])
def test_letters_off_counts_from_the_nearest_end_of_the_range(sought: str, expected: int | None) -> None:
    assert fit(Reader(difficulty=sought)).letters_off == expected


def test_a_problem_without_a_difficulty_is_neither_right_nor_wrong() -> None:
    unsaid = PLAIN._replace(lowest="", highest="")

    assert fit(Reader(difficulty="B"), unsaid).letters_off is None


def test_every_part_raises_the_score_by_itself() -> None:
    base = fit(Reader())
    better = [
        fit(Reader(categories=frozenset({7}))),
        fit(Reader(difficulty="B")),
        fit(Reader(), needs=2, met=2),
        fit(Reader(), PLAIN._replace(is_starred=True)),
        fit(Reader(), PLAIN._replace(is_known=False)),
    ]

    assert all(one.score > base.score for one in better)
    assert fit(Reader(), needs=2, met=0).score < base.score
    assert replace(base, needs=2, met=1).score == base.score


def test_reasons_say_what_counted() -> None:
    reader = Reader(frozenset({7}), "A")

    assert fit(reader, PLAIN._replace(is_starred=True, is_known=False), needs=3, met=2).reasons("Toys") == [
        "Toys is what you asked for.",
        "Its difficulty is one step from the one you seek.",
        "You have mastered 2 of the 3 objectives it needs.",
        "Its source recommends it.",
        "Nothing is known on it yet.",
    ]
    assert fit(Reader(difficulty="B"), needs=1, met=1).reasons("Toys") == [
        "Its difficulty is the one you seek.",
        "You have mastered the objective it needs.",
    ]
    assert fit(Reader()).reasons("Toys") == ["It does not say what it needs."]


def test_equal_fits_stand_in_natural_order() -> None:
    candidates = [PLAIN._replace(pk=n, sort_key=f"{9 - n}") for n in range(5)]

    assert [one.candidate.pk for one in for_you.ranked(candidates, Reader(), {})] == [4, 3, 2, 1, 0]


def test_suggestions_leave_out_what_is_taken_answered_or_done(db: None) -> None:
    joined = ResearcherFactory.create()
    fresh = ProblemFactory.create()
    ClaimFactory.create()
    ProblemFactory.create(state=ProblemState.STALE, stale_since=timezone.now())
    done = ProblemFactory.create()
    ClaimFactory.create(problem=done, membership=joined, state=ClaimState.RELEASED, ended_at=timezone.now())

    assert [one.row.pk for one in for_you.suggestions(joined.user, None)] == [fresh.pk]


def test_suggestions_put_what_is_mastered_first(db: None) -> None:
    joined, objective = ResearcherFactory.create(), ObjectiveFactory.create()
    mastered(joined, objective)
    ProblemFactory.create()
    hard, easy = ProblemFactory.create(), ProblemFactory.create()
    Need.objects.create(problem=easy, objective=objective)
    Need.objects.create(problem=hard, objective=ObjectiveFactory.create())

    found = for_you.suggestions(joined.user, None)

    assert (found[0].row.pk, found[-1].row.pk) == (easy.pk, hard.pk)
    assert "You have mastered the objective it needs." in found[0].reasons


@pytest.mark.parametrize("rows", [1, 3])
def test_for_you_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    joined = ResearcherFactory.create()
    for_you.state_taste([CategoryFactory.create()], "B", by=joined.user)
    for problem in ProblemFactory.create_batch(rows):
        Need.objects.create(problem=problem, objective=ObjectiveFactory.create())
    client = signed_in_as(joined.user)

    # session, user, memberships, taste and its categories, all categories, mastered, problems, needs, rows
    with django_assert_num_queries(10):
        answer = client.get(reverse("sprints:for_you"))

    assert len(answer.context["suggestions"]) == rows


def test_what_one_would_like_is_kept_and_changed(db: None) -> None:
    client = signed_in_as(ResearcherFactory.create().user)
    one, other = CategoryFactory.create(name="One"), CategoryFactory.create(name="Other")
    ProblemFactory.create(category=other)
    address = reverse("sprints:for_you")

    client.post(address, {"categories": [one.pk], "difficulty": "A"})
    page = client.post(address, {"categories": [other.pk]}, follow=True).content.decode()

    taste = Taste.objects.get()
    assert (list(taste.categories.all()), taste.difficulty) == ([other], "")
    assert "Other is what you asked for." in page


def test_a_wish_for_nonsense_is_refused_and_nothing_is_kept(db: None) -> None:
    client = signed_in_as(ResearcherFactory.create().user)

    answer = client.post(reverse("sprints:for_you"), {"categories": ["99"], "difficulty": "Z"})

    assert answer.status_code == 400
    assert not Taste.objects.exists()
