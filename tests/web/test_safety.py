"""What keeps sign-in, uploads and secret addresses safe."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from applicants import return_links, uploads
from applicants.choices import ApplicationState
from applicants.models import Draft, Revision
from tests.factories.applicants import ApplicationFactory
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.people.choices import Role
from whitebox.people.models import User

PASSWORD = "a-password-of-this-test"
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def person(db: None) -> User:
    user = UserFactory.create()
    user.set_password(PASSWORD)
    user.save()
    return user


def _sign_in(client: Client, email: str, password: str) -> str:
    """Return where an attempt to sign in leads, or what the page says."""
    response = client.post(reverse("account_login"), {"login": email, "password": password})
    return response.headers.get("Location", "") or f"{response.status_code} {response.content.decode()}"


def test_sign_in_with_the_right_password_leads_home(client: Client, person: User) -> None:
    assert _sign_in(client, person.email, PASSWORD) == reverse("web:home")


def test_sign_in_refuses_even_the_right_password_after_many_wrong_ones(client: Client, person: User) -> None:
    for _attempt in range(5):
        _sign_in(client, person.email, "wrong-password")

    answer = _sign_in(client, person.email, PASSWORD)

    assert "Too many failed login attempts" in answer


def test_sign_in_is_limited_by_network_whatever_the_address(client: Client, db: None) -> None:
    answers = [_sign_in(client, f"nobody{number}@example.test", "wrong-password") for number in range(12)]

    assert answers[0].startswith("200")
    assert "Too many failed login attempts" in answers[-1]


def test_codes_by_mail_are_limited(person: User) -> None:
    asked = [Client().post(reverse("account_request_login_code"), {"email": person.email}) for _time in range(4)]

    assert [response.status_code for response in asked] == [302, 302, 302, 200]
    assert "Too many" in asked[3].content.decode()


def test_letters_for_a_new_password_are_limited(client: Client, person: User) -> None:
    asked = [client.post(reverse("account_reset_password"), {"email": person.email}) for _time in range(6)]

    assert asked[0].status_code == 302
    assert asked[-1].status_code == 429
    assert "Please wait a little" in asked[-1].content.decode()


def test_every_answer_says_what_browsers_may_do(client: Client) -> None:
    headers = client.get("/healthz").headers

    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ["status", "identity", "check"])
def test_pages_behind_a_secret_address_are_stored_nowhere(client: Client, db: None, name: str) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT)

    response = client.get(reverse(f"applicants:{name}", args=[return_links.token_of(application)]))

    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_page_that_names_the_secret_calendar_address_is_stored_nowhere(client: Client, db: None) -> None:
    client.force_login(MembershipFactory.create().user)

    response = client.get(reverse("web:calendar_settings"))

    assert "no-store" in response.headers["Cache-Control"]


def test_the_page_behind_a_password_letter_is_stored_nowhere(client: Client, db: None) -> None:
    response = client.get(reverse("account_reset_password_from_key", args=["1", "abc-def"]))

    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("reader", ["applicant", "organizer"])
def test_uploads_are_downloads_that_no_browser_opens_as_a_page(client: Client, db: None, reader: str) -> None:
    application = ApplicationFactory.create()
    upload = uploads.keep(application, "work", SimpleUploadedFile('a "name".pdf', PDF, content_type="text/html"))
    for kept in (Draft, Revision):
        kept._default_manager.filter(application=application).update(answers={"work": str(upload.pk)})
    organizer = MembershipFactory.create(cohort=application.round.cohort, role=Role.ORGANIZER, user__is_staff=True)
    client.force_login(organizer.user)
    pages = {
        "applicant": reverse("applicants:file", args=[return_links.token_of(application), "work"]),
        "organizer": reverse("admin:applicants_file", args=[application.code, "work"]),
    }

    response = client.get(pages[reader])

    assert b"".join(response) == PDF
    assert response.headers["Content-Disposition"] == 'attachment; filename="a name.pdf"'
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]
