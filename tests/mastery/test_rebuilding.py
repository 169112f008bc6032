"""What is stored beside the ledger can be worked out from it again, and any difference is told."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mastery import ledger
from mastery.choices import AttemptState
from mastery.models import Attempt, ObjectiveMastery
from tests.factories.mastery import HALF, RIGHT, Course, make_course


@pytest.fixture
def course(db: None) -> Course:
    return make_course()


def check() -> str:
    told = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("rebuild_mastery", check=True, stdout=told)
    assert failed.value.returncode == 1
    return told.getvalue()


def test_what_the_verbs_stored_is_what_the_ledger_says(course: Course) -> None:
    course.take(HALF)
    told = StringIO()

    call_command("rebuild_mastery", check=True, stdout=told)

    assert told.getvalue() == "1 memberships, 0 differ.\n"


def invented(course: Course) -> None:
    """Somebody who never tried anything is said to have mastered something."""
    other = make_course()
    ObjectiveMastery.objects.create(
        membership=other.participant,
        objective=course.modules[0].objectives.get(position=1).objective,
        attempt=Attempt.objects.get(),
        at=timezone.now(),
    )


DAMAGES: dict[str, Any] = {
    "a row is lost": lambda course: ObjectiveMastery.objects.filter(membership=course.participant)[:1].get().delete(),
    "a row is invented": invented,
    "a moment is another": lambda course: ObjectiveMastery.objects.update(at=timezone.now()),
    "an attempt forgot its grade": lambda course: Attempt.objects.update(state=AttemptState.NEEDS_MARK, graded_at=None),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_any_difference_is_told_mended_and_gone(course: Course, damage: str) -> None:
    course.take(RIGHT)
    DAMAGES[damage](course)
    assert "by the ledger" in check()

    call_command("rebuild_mastery", stdout=StringIO())

    call_command("rebuild_mastery", check=True, stdout=StringIO())
    assert ledger.stored(course.participant) == ledger.replay(course.participant)
    assert Attempt.objects.get().state == AttemptState.GRADED
