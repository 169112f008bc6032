"""Work for the workers to do: attempts at a numpy exercise, and letters."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mastery.choices import AttemptState, JobState
from mastery.models import Attempt, GradingJob
from tests.factories.mastery import Course, code, make_course, numeric
from tests.factories.people import MembershipFactory
from tests.mastery.grading.exercises import REFERENCE
from whitebox.outbox import letters
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter, LetterTemplate

numbers = itertools.count(1)


def make_code_course(limits: dict[str, Any] | None = None) -> Course:
    """Make a course whose check asks for a softmax and for a number."""
    asked = code("softmax", "first")
    asked["exercise"] = asked["exercise"] | {"limits": limits or {}}
    forms = [asked, numeric("sum", "second")]
    return make_course({"A": forms, "B": forms})


def hand_in(course: Course, source: str = REFERENCE) -> Attempt:
    """Let a new participant of the course submit `source`; no message leaves."""
    newcomer = MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor)
    return replace(course, participant=newcomer).take({"softmax": source, "sum": "4"})


def make_letters(count: int) -> list[Letter]:
    LetterTemplate.objects.get_or_create(kind="note", defaults={"subject": "A note", "body": "Read this."})
    return [
        letters.queue(letters.Request("note", f"fault-{number}", to=f"reader{number}@example.test"))
        for number in itertools.islice(numbers, count)
    ]


def states(rows: list[Attempt]) -> set[AttemptState]:
    found = Attempt.objects.filter(pk__in=[row.pk for row in rows])
    return {AttemptState(state) for state in found.values_list("state", flat=True)}


def is_anything_under_way() -> bool:
    waiting = Letter.objects.filter(state__in=[LetterState.APPROVED, LetterState.SENDING])
    return GradingJob.objects.live().exists() or waiting.exists()


def grades(attempt: Attempt) -> dict[str, int]:
    """Return how many grades of each item count. Every one should be 1."""
    found = attempt.events.filter(superseded_by__isnull=True).values_list("item", flat=True)
    counted: dict[str, int] = {}
    for item in found:
        counted[item] = counted.get(item, 0) + 1
    return counted


def job_of(attempt: Attempt) -> GradingJob:
    return attempt.jobs.get()


def is_ended(attempt: Attempt) -> bool:
    return job_of(attempt).state not in {JobState.QUEUED, JobState.LEASED}


def assert_done_once(mails: Mapping[int, int], written: Sequence[Letter], attempts: Sequence[Attempt]) -> None:
    """Check letters and attempts after faults: sent once or uncertain, graded with one grade an item or void."""
    found = {letter.pk: letter.state for letter in Letter.objects.filter(pk__in=[one.pk for one in written])}
    assert set(found.values()) <= {LetterState.SENT, LetterState.UNCERTAIN}
    assert all(mails[pk] <= 1 for pk in found)
    assert all(mails[pk] == 1 for pk, state in found.items() if state == LetterState.SENT)
    ended = Attempt.objects.filter(pk__in=[one.pk for one in attempts])
    assert {one.state for one in ended} <= {AttemptState.GRADED, AttemptState.VOID}
    assert all(grades(one) == {"softmax": 1, "sum": 1} for one in ended if one.state == AttemptState.GRADED)
