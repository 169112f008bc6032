from decimal import Decimal

import pytest

from applicants import conflicts, pipeline, reviewing
from applicants.choices import AssignmentState, ConflictOrigin, ReviewState
from applicants.judgements import Assignment, ConflictOfInterest, CriterionScore, Review, ReviewEdit
from applicants.models import Revision
from applicants.procedures import Criterion
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import AssignmentFactory
from whitebox.errors import RuleViolation
from whitebox.people.models import User


@pytest.fixture
def reading(db: None) -> Assignment:
    return AssignmentFactory.create()


@pytest.fixture
def revision(reading: Assignment) -> Revision:
    return reading.application.revisions.get()


@pytest.fixture
def reviewer(reading: Assignment) -> User:
    return reading.reviewer.membership.user


def levels(reading: Assignment, *values: int | None) -> dict[Criterion, int | None]:
    criteria = Criterion.objects.filter(rubric__form=reading.application.round.form)
    return dict(zip(criteria, values, strict=False))


def test_save_draft_keeps_what_is_there(reading: Assignment, revision: Revision, reviewer: User) -> None:
    reviewing.save_draft(reading, revision, levels(reading, 4), "So far.", by=reviewer)
    review = reviewing.save_draft(reading, revision, levels(reading, None, 2), "Later.", by=reviewer)

    assert (review.state, review.note, review.total) == (ReviewState.DRAFT, "Later.", None)
    assert list(review.scores.order_by("criterion__position").values_list("score", flat=True)) == [None, 2]
    assert not ReviewEdit.objects.exists()


def test_submit_pins_the_revision_and_weighs_what_was_scored(
    reading: Assignment, revision: Revision, reviewer: User
) -> None:
    review = reviewing.submit(reading, revision, levels(reading, 4, 2), "", by=reviewer)

    reading.refresh_from_db()
    assert (review.revision, review.total, reading.state) == (revision, Decimal("3.500"), AssignmentState.DONE)


def test_submit_leaves_an_abstention_out_of_the_mean(reading: Assignment, revision: Revision, reviewer: User) -> None:
    review = reviewing.submit(reading, revision, levels(reading, None, 2), "", by=reviewer)

    assert review.total == Decimal("2.000")
    assert CriterionScore.objects.filter(score=None).count() == 1


def test_submit_again_keeps_the_history_and_the_same_again_writes_nothing(
    reading: Assignment, revision: Revision, reviewer: User
) -> None:
    for scores in ((4, 2), (4, 2), (5, 2)):
        reviewing.submit(reading, revision, levels(reading, *scores), "", by=reviewer)

    assert Review.objects.get().total == Decimal("4.250")
    assert [edit.scores for edit in ReviewEdit.objects.all()] == [
        {"motivation": 4, "reasoning": 2},
        {"motivation": 5, "reasoning": 2},
    ]


@pytest.mark.parametrize(("values", "words"), [((4,), "Reasoning"), ((None, None), "at least one")])
def test_submit_refuses_an_incomplete_review(
    reading: Assignment, revision: Revision, reviewer: User, values: tuple[int | None, ...], words: str
) -> None:
    with pytest.raises(RuleViolation, match=words):
        reviewing.submit(reading, revision, levels(reading, *values), "", by=reviewer)

    assert not Review.objects.exists()


def test_submit_refuses_when_the_application_has_moved_on(
    reading: Assignment, revision: Revision, reviewer: User
) -> None:
    organizer = organizer_of(reading.application.round.cohort)
    pipeline.move(reading.application, reading.application.round.form.stages.get(slug="interview"), by=organizer)

    with pytest.raises(RuleViolation, match="no longer on your desk"):
        reviewing.submit(reading, revision, levels(reading, 4, 2), "", by=reviewer)


def test_recuse_records_the_conflict_once(reading: Assignment, reviewer: User) -> None:
    reviewing.recuse(reading, reason="I taught this person.", by=reviewer)
    reviewing.recuse(reading, reason="Again.", by=reviewer)

    reading.refresh_from_db()
    assert reading.state == AssignmentState.RECUSED
    assert ConflictOfInterest.objects.get().reason == "I taught this person."


def test_recuse_needs_a_reason(reading: Assignment, reviewer: User) -> None:
    with pytest.raises(RuleViolation, match="conflict"):
        reviewing.recuse(reading, reason=" ", by=reviewer)


def test_hand_back_keeps_the_draft_and_twice_changes_nothing(
    reading: Assignment, revision: Revision, reviewer: User
) -> None:
    reviewing.save_draft(reading, revision, levels(reading, 4), "So far.", by=reviewer)

    for reason in ("Exams.", "Again."):
        reviewing.hand_back(reading, reason=reason, by=reviewer)

    reading.refresh_from_db()
    assert (reading.state, reading.reason, reading.review.note) == (AssignmentState.DECLINED, "Exams.", "So far.")
    assert not ConflictOfInterest.objects.exists()


def test_hand_back_refuses_what_is_submitted(reading: Assignment, revision: Revision, reviewer: User) -> None:
    reviewing.submit(reading, revision, levels(reading, 4, 2), "", by=reviewer)

    with pytest.raises(RuleViolation, match="no longer open"):
        reviewing.hand_back(reading, by=reviewer)


def test_submit_refuses_after_a_conflict_was_found(reading: Assignment, revision: Revision, reviewer: User) -> None:
    reviewing.submit(reading, revision, levels(reading, 4, 2), "", by=reviewer)
    conflicts.record(reading.reviewer, reading.application, origin=ConflictOrigin.DETECTED)

    with pytest.raises(RuleViolation, match="conflict of interest"):
        reviewing.submit(reading, revision, levels(reading, 5, 5), "", by=reviewer)
