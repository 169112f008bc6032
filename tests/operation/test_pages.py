"""Figures behind a token, the status page, and security.txt."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from tests.factories.mastery import code, make_course
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.operation import chores, security
from whitebox.operation.choices import Chore
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Heartbeat, Letter
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-these-tests-only"


def letter(state: LetterState, cohort: Cohort | None = None, **ago: int) -> Letter:
    return Letter.objects.create(
        kind="note",
        dedup_key=f"{state}-{Letter.objects.count()}",
        address="reader@example.test",
        state=state,
        cohort=cohort,
        due_at=timezone.now() - timedelta(**ago),
        sent_at=timezone.now() if state == LetterState.SENT else None,
    )


def scraped(client: Client, settings: Settings) -> dict[str, float]:
    settings.METRICS_TOKEN = TOKEN
    response = client.get(reverse("operation:metrics"), headers={"authorization": f"Bearer {TOKEN}"})
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in (line.rpartition(" ") for line in lines)}


@pytest.mark.parametrize("token", ["", TOKEN])
@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"bearer {TOKEN}", "Bearer ñ"])
def test_figures_are_hidden_without_the_token(given: str, token: str, client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = token

    response = client.get(reverse("operation:metrics"), headers={"authorization": given})

    assert response.status_code == 404


def test_figures_say_what_waits_and_what_ran(client: Client, settings: Settings) -> None:
    for state in (LetterState.SENT, LetterState.SENT, LetterState.FAILED):
        letter(state)
    letter(LetterState.APPROVED, seconds=90)
    Heartbeat.objects.create(queue="batch", at=timezone.now() - timedelta(seconds=30))
    run = chores.run(Chore.BACKUP, lambda: "all")

    found = scraped(client, settings)

    assert found['whitebox_letters{state="sent"}'] == 2
    assert found['whitebox_letters{state="failed"}'] == 1
    assert found['whitebox_letters{state="uncertain"}'] == 0
    assert found['whitebox_waiting{queue="letters"}'] == 1
    assert 90 <= found['whitebox_waiting_oldest_seconds{queue="letters"}'] < 100
    assert found['whitebox_waiting{queue="gradings"}'] == 0
    assert 30 <= found['whitebox_heartbeat_age_seconds{queue="batch"}'] < 40
    assert found['whitebox_chore_last_success_timestamp_seconds{chore="backup"}'] == pytest.approx(
        run.began_at.timestamp()
    )


def test_programs_that_wait_are_counted(client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mastery.working.work", lambda _job: None)  # No worker is there.
    forms = [code("first", "first")]
    course = make_course({"A": forms, "B": forms})

    course.take({"first": "def softmax(x): ..."})

    assert scraped(client, settings)['whitebox_waiting{queue="gradings"}'] == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_figures_take_the_same_number_of_queries(
    rows: int, client: Client, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.METRICS_TOKEN = TOKEN
    for _row in range(rows):
        letter(LetterState.APPROVED)
        chores.run(Chore.BACKUP, lambda: "all")

    with django_assert_num_queries(6):  # states, letters and gradings that wait, heartbeats, one a chore
        client.get(reverse("operation:metrics"), headers={"authorization": f"Bearer {TOKEN}"})


@pytest.fixture
def organizer() -> Membership:
    return MembershipFactory.create(role=Role.ORGANIZER)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ORGANIZER])
def test_the_state_of_the_site_is_for_organizers(role: Role, client: Client) -> None:
    client.force_login(MembershipFactory.create(role=role).user)

    assert client.get(reverse("operation:status")).status_code == 404


def _page(client: Client, reader: Membership) -> str:
    client.force_login(reader.user)
    return client.get(reverse("operation:status")).content.decode()


def test_a_quiet_site_says_so(client: Client, organizer: Membership) -> None:
    for queue in ("interactive", "batch"):
        Heartbeat.objects.create(queue=queue, at=timezone.now())
    chores.run(Chore.INVARIANTS, lambda: "all rules hold")

    page = _page(client, organizer)

    assert "None: every letter left, or is about to." in page
    assert "interactive: at work" in page
    assert "went well" in page
    assert "Tell whoever runs the site" not in page
    assert "none is made here" in page


def test_what_needs_a_person_is_said_with_what_to_do(
    client: Client, organizer: Membership, settings: Settings, tmp_path: object
) -> None:
    settings.BACKUP_DIR = tmp_path
    letter(LetterState.FAILED, organizer.cohort)
    for _one in range(2):
        letter(LetterState.UNCERTAIN, organizer.cohort)
    letter(LetterState.FAILED, CohortFactory.create())  # of somebody else's
    letter(LetterState.APPROVED, minutes=11)
    Heartbeat.objects.create(queue="interactive", at=timezone.now() - timedelta(minutes=9))
    chores.run(Chore.BACKUP, lambda: "all")
    chores.run(Chore.BACKUP, lambda: str(1 // 0))

    page = _page(client, organizer)

    assert "1 letter was not sent" in page
    assert "2 letters are uncertain" in page
    assert "Ask its reader, then send it again or cancel it." in page
    assert "Late: tell whoever runs the site." in page
    assert "interactive: silent for 9\xa0minutes" in page
    assert "batch: has never reported" in page
    assert "and not since. Tell whoever runs the site." in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_number_of_queries(
    rows: int, client: Client, organizer: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(organizer.user)
    for _row in range(rows):
        letter(LetterState.FAILED, organizer.cohort)
        letter(LetterState.APPROVED, organizer.cohort)
        chores.run(Chore.BACKUP, lambda: "all")

    # session, user, organizer, two backlogs, heartbeats, letters in need, two a chore, policies and links
    with django_assert_num_queries(13):
        client.get(reverse("operation:status"))


def test_security_txt_says_whom_to_tell(client: Client, settings: Settings) -> None:
    address = reverse("operation:security_txt")
    assert address == "/.well-known/security.txt"
    assert client.get(address).status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.test"

    response = client.get(address)

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Contact: mailto:security@example.test\n" in response.content.decode()


def test_security_txt_is_valid_for_less_than_a_year(settings: Settings) -> None:
    settings.SECURITY_CONTACT, settings.SITE_URL = "mailto:security@example.test", "https://cohort.example.test"

    said = security.text(datetime(2026, 11, 28, 21, 0, tzinfo=UTC))

    assert "Expires: 2027-05-27T00:00:00Z\n" in said
    assert "Canonical: https://cohort.example.test/.well-known/security.txt\n" in said
