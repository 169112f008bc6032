import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from tests.factories.people import MembershipFactory, UserFactory
from whitebox import contributions
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Heartbeat
from whitebox.people import policies
from whitebox.people.choices import Role
from whitebox.people.models import PolicyVersion
from whitebox.programme import demonstration
from whitebox.web import feed, health, invariant
from whitebox.web.feed import Item
from whitebox.web.navigation import LazyItems, Link


def _conduct(label: str, source: str) -> PolicyVersion:
    return policies.publish(
        "conduct", title="Conduct", required_for=["participant"], label=label, source=source, html=f"<p>{source}</p>"
    )


def test_home_asks_strangers_to_sign_in(db: None, client: Client) -> None:
    response = client.get(reverse("web:home"))

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_home_greets_by_chosen_name(db: None, client: Client) -> None:
    client.force_login(MembershipFactory.create(user__name="Ana Reyes").user)

    response = client.get(reverse("web:home"))

    assert "Hello, Ana." in response.content.decode()


def test_home_asks_for_the_policies_first(db: None, client: Client) -> None:
    member = MembershipFactory.create()
    _conduct("1", "Be kind.")
    client.force_login(member.user)

    response = client.get(reverse("web:home"))

    assert response.headers["Location"] == reverse("people:policies")


def test_signing_a_policy_leads_home(db: None, client: Client) -> None:
    member = MembershipFactory.create()
    version = _conduct("1", "Be kind.")
    client.force_login(member.user)

    response = client.post(reverse("people:policy", args=["conduct"]))

    assert response.headers["Location"] == reverse("web:home")
    assert version.signatures.get().user == member.user


def test_a_new_version_asks_again_and_the_old_one_cannot_be_signed(db: None) -> None:
    member = MembershipFactory.create()
    old = _conduct("1", "Be kind.")
    policies.sign(old, by=member.user)
    new = _conduct("2", "Be very kind.")

    assert policies.owed(member.user) == [new]
    with pytest.raises(RuleViolation, match="newer version"):
        policies.sign(old, by=UserFactory.create())


def test_publishing_another_wording_under_the_same_label_is_refused(db: None) -> None:
    policies.publish("conduct", title="Conduct", required_for=[], label="1", source="Be kind.", html="")

    with pytest.raises(RuleViolation, match="another wording"):
        policies.publish("conduct", title="Conduct", required_for=[], label="1", source="Be rude.", html="")


def test_healthz_asks_nothing(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_readyz_names_every_part(db: None, client: Client) -> None:
    Heartbeat.objects.create(queue="interactive", at=timezone.now())

    response = client.get("/readyz")

    assert response.status_code == 200
    parts = response.json()["parts"]
    assert {"database", "broker", "worker", "outbox"} <= set(parts)
    assert parts["worker"]["ok"] is True


def test_readyz_says_when_the_worker_is_silent(db: None) -> None:
    Heartbeat.objects.create(queue="interactive", at=timezone.now() - timedelta(minutes=9))

    assert health.worker().is_ok is False


def test_readyz_answers_503_without_a_vital_part(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "database", lambda: health.Finding("database", is_ok=False))

    assert client.get("/readyz").status_code == 503


def _session(**changes: Any) -> Item:
    start = datetime(2026, 10, 24, 7, 0, tzinfo=UTC)
    facts = {
        "uid": "session-1",
        "title": "Session 1",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "zone": "Europe/Berlin",
        "changed_at": start - timedelta(days=9),
    }
    return Item(**facts | changes)  # type: ignore[arg-type]  # a test gives single fields by name


def test_calendar_feed_reads_back_with_its_zone(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory.create()
    both = [_session(), _session(uid="session-2", is_cancelled=True)]
    contribution = SimpleNamespace(__name__="a.calendar", items=lambda _: both)
    monkeypatch.setattr(contributions, "modules", lambda name: (contribution,))

    address = reverse("web:calendar", args=[feed.feed_of(user).token])
    response = client.get(address)
    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})

    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CANCELLED"]
    assert events[0].decoded("dtstart").isoformat() == "2026-10-24T09:00:00+02:00"
    assert len(Calendar.from_ical(response.content).walk("VTIMEZONE")) == 1
    assert again.status_code == 304


def test_a_renewed_feed_forgets_the_old_address(db: None, client: Client) -> None:
    user = UserFactory.create()
    old = feed.feed_of(user).token
    client.force_login(user)

    client.post(reverse("web:calendar_renew"))

    assert client.get(reverse("web:calendar", args=[old])).status_code == 404


def test_organizers_need_a_second_factor_where_it_is_asked_for(db: None, client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    organizer = MembershipFactory.create(role=Role.ORGANIZER).user
    client.force_login(organizer)

    response = client.get(reverse("web:home"))

    assert response.headers["Location"] == reverse("mfa_index")


def test_participants_need_no_second_factor(db: None, client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(MembershipFactory.create().user)

    assert client.get(reverse("web:home")).status_code == 200


def test_every_page_carries_the_strict_policy(db: None, client: Client) -> None:
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_signing_up_is_closed(db: None, client: Client) -> None:
    response = client.post(reverse("account_signup"), {"email": "new@example.test", "password1": "long enough 123"})

    assert "new@example.test" not in [user.email for user in UserFactory._meta.model.objects.all()]
    assert response.status_code == 200


def test_invariants_report_the_rows_that_break_them(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    member = MembershipFactory.create()
    rule = invariant.Invariant("nobody takes part", type(member).objects.all)
    monkeypatch.setattr(contributions, "modules", lambda name: (SimpleNamespace(__name__="a", INVARIANTS=[rule]),))

    assert invariant.breaches() == [invariant.Breach("nobody takes part", (member.pk,))]


def test_calendar_page_query_count(db: None, client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    member = MembershipFactory.create()
    feed.feed_of(member.user)
    client.force_login(member.user)

    with django_assert_num_queries(4):  # session, user, feed, roles for the links
        client.get(reverse("web:calendar_settings"))


def test_one_link_at_most_is_the_current_one(db: None, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    links = [Link("Home", "/home/"), Link("Admin", "/admin/"), Link("Desk", "/admin/desk/")]
    contribution = SimpleNamespace(__name__="a.links", items=lambda _: links)
    monkeypatch.setattr(contributions, "modules", lambda name: (contribution,))

    shown = list(LazyItems(rf.get("/admin/desk/WB-1/")))

    assert [label for label, _, is_current in shown if is_current] == ["Desk"]


def test_a_participants_home_asks_twelve_queries_at_most(
    db: None, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    cohort = demonstration.fill()
    participant = cohort.memberships.filter(user__email="participant@demo.test").select_related("user").get()
    client.force_login(participant.user)

    with django_assert_max_num_queries(12):
        response = client.get(reverse("web:home"))

    assert response.status_code == 200


def test_the_sign_in_code_comes_from_whitebox_and_the_page_greets_by_name(
    db: None, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    user = UserFactory.create(name="Ana Reyes")

    client.post(reverse("account_request_login_code"), {"email": user.email})
    (letter,) = mailoutbox
    found = re.search(r"^\w{4}-\w{4}$", str(letter.body), re.MULTILINE)
    assert found is not None
    page = client.post(reverse("account_confirm_login_code"), {"code": found[0]}, follow=True)

    assert letter.subject == "Your sign-in code"
    assert "This letter comes from WhiteBox at" in letter.body
    assert "signed in as Ana Reyes" in page.content.decode()
