"""Each list of admissions in the admin costs an organizer few queries, and as many for many rows as for few."""

from collections.abc import Iterator

from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applicants.models import Round
from tests.applicants import crowds
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, ReviewerFactory, RoundFactory

MOST = 12


def lists() -> Iterator[str]:
    for model in admin.site._registry:
        if model._meta.app_label == "applicants":
            yield reverse(f"admin:applicants_{model._meta.model_name}_changelist")


def grow(round_: Round, count: int) -> None:
    """Add rows of each kind."""
    stage = round_.form.stages.order_by("position")[0]
    crowds.judged(crowds.applications(round_, count), crowds.reviewers(round_, count), stage)
    crowds.rounds(round_, count)


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_lists_of_admissions_take_few_queries_at_any_length(client: Client, db: None) -> None:
    round_ = RoundFactory.create()
    client.force_login(organizer_of(round_.cohort))
    grow(round_, 10)
    few = {address: asked(client, address) for address in lists()}

    grow(round_, 990)
    many = {address: asked(client, address) for address in lists()}
    searched = {address: asked(client, f"{address}?q=ana") for address in lists()}

    assert many == few
    assert {address: count for address, count in (many | searched).items() if count > MOST} == {}
    assert len(many) >= 9


def test_the_desk_takes_few_queries_at_any_length(client: Client, db: None) -> None:
    reviewer = ReviewerFactory.create()
    first = AssignmentFactory.create(application=ApplicationFactory.create(round=reviewer.round), reviewer=reviewer)
    client.force_login(reviewer.membership.user)
    pages = [
        reverse("admin:applicants_desk_read", args=[first.application.code]),
        reverse("admin:applicants_desk"),
        reverse("admin:applicants_desk_known"),
    ]
    crowds.readings(crowds.applications(reviewer.round, 9), [reviewer], first.stage)
    few = [asked(client, page) for page in [*pages, *pages]][len(pages) :]  # the first look fills what is kept

    crowds.readings(crowds.applications(reviewer.round, 990), [reviewer], first.stage)

    assert [asked(client, page) for page in pages] == few
    assert max(few) <= MOST
