"""What is public counts for the cohort; endorsed posts are what the milestone asks for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints.publishing import endorsing, evidence, releasing
from sprints.publishing.agreements import Endorsement
from sprints.publishing.models import Writeup
from tests.factories.publishing import make_writeup, published, ruled, started_cohort
from whitebox.packs.models import Adoption, PackVersion
from whitebox.people.models import Cohort, Membership
from whitebox.programme import milestones
from whitebox.programme.facts import Fact
from whitebox.programme.milestones import Standing
from whitebox.programme.periods import EVER, Period

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator() -> Membership:
    return ruled(started_cohort())


def counted(cohort: Cohort, period: Period = EVER) -> tuple[object, object, object]:
    endorsed, posts = evidence.facts(cohort, period)
    return endorsed.value, endorsed.of, posts.value


def test_an_endorsed_post_is_counted_with_its_address(coordinator: Membership) -> None:
    post = published(coordinator)
    make_writeup(cohort=coordinator.cohort)  # what is not published counts nowhere
    published(ruled(started_cohort()))  # nor does another cohort's

    endorsed, _posts = evidence.facts(coordinator.cohort, EVER)

    assert counted(coordinator.cohort) == (1, 1, 1)
    assert endorsed.evidence is not None
    [shown] = endorsed.evidence()
    assert (shown.what, shown.address) == ("Neurons count", f"/posts/{post.slug}/")


def test_a_post_whose_endorsement_is_withdrawn_is_published_and_no_more(coordinator: Membership) -> None:
    published(coordinator)

    endorsing.withdraw(Endorsement.objects.get())

    assert counted(coordinator.cohort) == (0, 1, 1)


def test_an_endorsement_of_a_wording_that_is_not_shown_yet_does_not_count(coordinator: Membership) -> None:
    post = published(coordinator)
    first = post.revisions.get(number=1)

    Writeup.objects.filter(pk=post.pk).update(shown=first)

    assert counted(coordinator.cohort) == (0, 1, 1)


def test_what_is_retracted_counts_no_more(coordinator: Membership) -> None:
    releasing.retract(published(coordinator), "A fault.", by=coordinator.user)

    assert counted(coordinator.cohort) == (0, 0, 0)


def test_a_period_counts_what_came_out_in_it(coordinator: Membership) -> None:
    published(coordinator)
    now = timezone.now()

    assert counted(coordinator.cohort, Period(now - timedelta(days=1), None)) == (1, 1, 1)
    assert counted(coordinator.cohort, Period(None, now - timedelta(days=1))) == (0, 0, 0)


@pytest.mark.parametrize(("count", "expected"), [(2, Standing.COMING), (3, Standing.REACHED), (6, Standing.REACHED)])
def test_the_milestone_of_posts_is_computed(count: int, expected: Standing) -> None:
    cohort = started_cohort()
    target = {"min": 3, "max": 5}
    said = {"slug": "posts", "title": "Posts", "measure": "published", "target": target, "alarm": {"below": 3}}
    version = PackVersion.objects.create(pack="tiny", number=1, digest="d", title="Tiny", milestones=[said])
    Adoption.objects.create(cohort=cohort, version=version)

    [found] = milestones.of_cohort(cohort, datetime.now(UTC).date(), [Fact("published", "Posts", count)])

    assert found.standing == expected


def test_facts_cost_one_query(coordinator: Membership, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    published(coordinator)

    with django_assert_num_queries(1):
        evidence.facts(coordinator.cohort, EVER)
