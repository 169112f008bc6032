from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants import sources
from applicants.choices import ApplicationState
from applicants.models import Application
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, DecisionFactory, RoundFactory


@pytest.mark.parametrize(
    ("text", "name"), [("DLSU Manila", "dlsu-manila"), ("dlsu", "dlsu"), ("  ", ""), ("<>", ""), ("x" * 90, "x" * 60)]
)
def test_a_source_has_one_spelling(text: str, name: str) -> None:
    assert sources.named(text) == name


def test_a_link_with_a_strange_name_still_starts_an_application(letters: None, client: Client) -> None:
    address = reverse("applicants:start", args=[RoundFactory.create().slug])
    shown = client.get(f"{address}?via=Da%20Vinci!").context["form"].initial["via"]

    client.post(address, {"name": "A", "email": "a@example.test", "zone": "Asia/Manila", "via": "Da Vinci!"})

    assert (shown, Application.objects.get().source) == ("da-vinci", "da-vinci")


def test_the_funnel_counts_each_source_once_per_step(db: None) -> None:
    round_ = RoundFactory.create()
    taken = ApplicationFactory.create(round=round_, source="dlsu")
    for _twice in range(2):
        DecisionFactory.create(application=taken, released_at=timezone.now(), superseded_at=timezone.now())
    ApplicationFactory.create(round=round_, source="dlsu", state=ApplicationState.DRAFT)
    ApplicationFactory.create(round=round_)
    ApplicationFactory.create(source="dlsu")

    found = sources.funnel(round_, organizer_of(round_.cohort))
    ways, together = found.ways, found.together

    assert [(way.source, way.started, way.submitted, way.offered, way.share) for way in ways] == [
        ("dlsu", 2, 1, 1, 50),
        ("", 1, 1, 0, 100),
    ]
    assert (together.started, together.submitted, together.offered) == (3, 2, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_sources_query_count(db: None, client: Client, django_assert_num_queries: Any, rows: int) -> None:
    round_ = RoundFactory.create()
    for place in range(rows):
        ApplicationFactory.create(round=round_, source=f"way-{place}")
    client.force_login(organizer_of(round_.cohort))
    address = reverse("admin:applicants_sources", args=[round_.slug])
    client.get(address)

    with django_assert_num_queries(7):  # session, person, memberships, round, conflicts, own readings, funnel
        response = client.get(f"{address}?via=New place")

    assert len(response.context["ways"]) == rows
    assert f"{reverse('applicants:start', args=[round_.slug])}?via=new-place" in response.content.decode()
