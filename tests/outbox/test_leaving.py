"""Letters that wait when somebody leaves a cohort."""

import pytest

from tests.factories.outbox import LetterFactory
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership


def waiting(member: Membership) -> None:
    about = f"people.membership:{member.pk}"
    mentor = UserFactory.create()
    LetterFactory.create(dedup_key="to the mentor", kind="idle-mentor", recipient=mentor, about=about)
    for key, kind in (("a reminder", "prework-due"), ("an answer", "attempt-graded")):
        LetterFactory.create(dedup_key=key, kind=kind, recipient=member.user, cohort=member.cohort)
    LetterFactory.create(
        dedup_key="elsewhere", kind="prework-due", recipient=member.user, cohort=CohortFactory.create()
    )


def still_leaving() -> list[str]:
    return sorted(Letter.objects.filter(state=LetterState.APPROVED).values_list("dedup_key", flat=True))


@pytest.mark.parametrize("how", ["withdraw", "disqualify", "complete", "defer"])
def test_leaving_calls_back_reminders_and_keeps_answers(db: None, how: str) -> None:
    member, organizer = MembershipFactory.create(), UserFactory.create()
    waiting(member)

    for _time in range(2):
        if how == "defer":
            membership.defer(member, Cohort.objects.exclude(pk=member.cohort_id).get(), by=organizer, reason="Exams.")
        else:
            getattr(membership, how)(member, by=organizer, reason="So it is.")

    assert still_leaving() == ["an answer", "elsewhere"]


def test_who_stays_in_another_role_keeps_the_reminders(db: None) -> None:
    member = MembershipFactory.create()
    MembershipFactory.create(user=member.user, cohort=member.cohort, role=Role.ORGANIZER)
    waiting(member)

    membership.withdraw(member, by=UserFactory.create(), reason="Only organizes now.")

    assert still_leaving() == ["a reminder", "an answer", "elsewhere"]


def test_a_refused_departure_calls_nothing_back(db: None) -> None:
    member = MembershipFactory.create()
    waiting(member)

    with pytest.raises(RuleViolation, match="reason"):
        membership.withdraw(member, by=UserFactory.create(), reason=" ")

    assert len(still_leaving()) == 4
