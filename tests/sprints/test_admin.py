import pytest
from django.contrib import admin
from django.urls import reverse

from sprints.choices import ClaimState, ProblemState
from sprints.models import Claim, Excursion, LogEntry, Problem
from tests.factories.people import MembershipFactory
from tests.factories.sprints import ClaimFactory, ProblemFactory
from tests.sprints.views.test_bank import signed_in_as
from whitebox.people.choices import Role
from whitebox.people.models import Membership


@pytest.fixture
def organizer(db: None) -> Membership:
    return MembershipFactory.create(role=Role.ORGANIZER, user__is_staff=True)


def test_what_people_wrote_is_not_in_the_admin() -> None:
    assert not {Excursion, LogEntry} & set(admin.site._registry)


def test_an_organizer_marks_a_problem_but_not_a_claimed_one(organizer: Membership) -> None:
    free, held = ProblemFactory.create(), ClaimFactory.create().problem
    client = signed_in_as(organizer.user)

    answer = client.post(
        reverse("admin:sprints_problem_changelist"),
        {"action": "mark_answered", "_selected_action": [free.pk, held.pk]},
        follow=True,
    )

    assert dict(Problem.objects.values_list("pk", "state")) == {
        free.pk: ProblemState.ANSWERED,
        held.pk: ProblemState.CLAIMED,
    }
    assert "Somebody holds a claim" in answer.content.decode()


def test_an_organizer_releases_claims_of_the_own_cohort_only(organizer: Membership) -> None:
    own = ClaimFactory.create(membership__cohort=organizer.cohort)
    other = ClaimFactory.create()
    client = signed_in_as(organizer.user)

    client.post(
        reverse("admin:sprints_claim_changelist"), {"action": "release", "_selected_action": [own.pk, other.pk]}
    )

    assert dict(Claim.objects.values_list("pk", "state")) == {
        own.pk: ClaimState.RELEASED,
        other.pk: ClaimState.ACTIVE,
    }


@pytest.mark.parametrize("model", ["problem", "claim", "claimrule", "category", "problemsource"])
def test_admin_pages_open(organizer: Membership, model: str) -> None:
    ClaimFactory.create(membership__cohort=organizer.cohort)

    assert signed_in_as(organizer.user).get(reverse(f"admin:sprints_{model}_changelist")).status_code == 200
