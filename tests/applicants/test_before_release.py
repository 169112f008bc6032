"""Nothing of a decision can be seen before its release: every byte an applicant can reach is compared."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import decisions, uploads, urls
from applicants.choices import ApplicationState, DecisionCode
from applicants.models import Application, Draft, Revision
from applicants.return_links import token_of
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ANSWERS, ApplicationFactory
from tests.factories.people import MembershipFactory
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role
from whitebox.web import feed

CHANGING = re.compile(rb'name="(csrfmiddlewaretoken|key)" value="[\w-]+"')
PDF = b"%PDF-1.7 content"
Page = tuple[int, bytes, tuple[tuple[str, str], ...]]


@pytest.fixture
def application(letters: None, settings: Settings, tmp_path: object) -> Application:
    settings.MEDIA_ROOT = tmp_path
    made: Application = ApplicationFactory.create(parts__email="ana@example.test")
    saved = uploads.keep(made, "work", SimpleUploadedFile("work.pdf", PDF))
    for model in (Draft, Revision):
        model._default_manager.filter(application=made).update(answers=ANSWERS | {"work": str(saved.pk)})
    return made


def addresses(application: Application) -> Iterator[str]:
    """Yield every address of ours that applicants reach, found by what the URLs want."""
    known = {
        "slug": application.round.slug,
        "token": token_of(application),
        "section": "reasons",
        "question": "work",
        "code": application.code,
    }
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        wanted = pattern.pattern.converters
        # Another helper's page may want a number: the first rows of their tables are asked for.
        yield reverse(f"applicants:{pattern.name}", kwargs={name: known.get(name, 1) for name in wanted})


def ask(client: Client, method: str, address: str) -> Page:
    response = getattr(client, method)(address)
    headers = tuple(sorted((name, value) for name, value in response.headers.items() if name != "Content-Length"))
    return response.status_code, CHANGING.sub(b"", response.getvalue()), headers


def everything(application: Application, client: Client) -> dict[str, Page]:
    own = reverse("web:home"), reverse("people:profile")
    calendar = reverse("web:calendar", args=[feed.feed_of(client.member).token])  # type: ignore[attr-defined]
    asked = [*addresses(application), *own, calendar, "/healthz", "/readyz"]
    return {f"{method} {one}": ask(client, method, one) for one in asked for method in ("get", "head", "post")}


@pytest.mark.parametrize("code", DecisionCode.values)
def test_a_pending_decision_changes_no_byte_that_its_applicant_can_reach(
    application: Application, client: Client, code: str
) -> None:
    """The applicant is signed in as well: a member of another cohort, with the address of the application."""
    member = MembershipFactory.create(role=Role.ADVISER, user__email="ana@example.test").user
    client.force_login(member)
    client.member = member  # type: ignore[attr-defined]
    organizer = organizer_of(application.round.cohort)

    with time_machine.travel(timezone.now(), tick=False):
        everything(application, client)  # the first look notes that the form was opened
        before = everything(application, client)
        decisions.decide(application, DecisionCode(code), reason="Good.", by=organizer, encouragement="Go on.")
        after = everything(application, client)

    assert [address for address in before if before[address] != after[address]] == []
    assert sum(page[0] == 200 for page in before.values()) > 15
    assert not Letter.objects.exists()
    assert Application.objects.get().state == ApplicationState.SUBMITTED
