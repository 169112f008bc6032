from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.people import duties, load
from whitebox.people.choices import MembershipState, Role
from whitebox.people.duties import Duty
from whitebox.people.models import Cohort, Membership


@pytest.fixture
def cohort(db: None) -> Cohort:
    made: Cohort = CohortFactory.create()
    return made


def mentor(cohort: Cohort, hours: int | None) -> Membership:
    made: Membership = MembershipFactory.create(cohort=cohort, role=Role.MENTOR, promised_hours=hours)
    return made


def test_hours_are_shared_among_the_people(cohort: Cohort) -> None:
    ben = mentor(cohort, 6)
    MembershipFactory.create_batch(4, cohort=cohort, mentor=ben)
    MembershipFactory.create(cohort=cohort, mentor=ben, state=MembershipState.WITHDRAWN)

    [line] = load.of_cohort(cohort).lines

    assert (len(line.people), line.hours_each, line.marks, line.oldest) == (4, 1.5, 0, None)


def test_nobody_is_left_without_a_committed_mentor_unsaid(cohort: Cohort) -> None:
    left = mentor(cohort, 4)
    left.state = MembershipState.WITHDRAWN
    left.save()
    people = {
        "assigned": MembershipFactory.create(cohort=cohort),
        "no longer": MembershipFactory.create(cohort=cohort, mentor=left),
        "promised": MembershipFactory.create(cohort=cohort, mentor=mentor(cohort, None)),
        "": MembershipFactory.create(cohort=cohort, mentor=mentor(cohort, 3)),
    }

    alone = dict(load.of_cohort(cohort).uncommitted)

    assert people[""] not in alone
    assert all(words in alone[one] for words, one in people.items() if words)
    assert len(alone) == 3


def test_what_waits_counts_for_the_mentor(cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    ben, now = mentor(cohort, 6), timezone.now()
    person = MembershipFactory.create(cohort=cohort, mentor=ben)
    waiting = [
        Duty(person.pk, "mark", "mark", "A mark", now - timedelta(hours=49), "/"),
        Duty(person.pk, "question", "question", "A question", now - timedelta(hours=47), "/"),
    ]
    monkeypatch.setattr(duties, "collect", lambda people: dict.fromkeys(people, waiting))

    [line] = load.of_cohort(cohort).lines

    assert (line.marks, line.others, line.late(now), line.oldest) == (1, 1, 1, waiting[0])
