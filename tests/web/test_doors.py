"""What strangers learn at the door, and where it can lead them: neither who has an account, nor another site."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.factories.people import UserFactory
from whitebox.people.models import User
from whitebox.web.middleware import safe_referer

PASSWORD = "a-password-of-this-test"
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
)
CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
FETCHING = {"aiohttp", "ftplib", "httpx", "requests", "urllib.request", "http.client", "urllib3", "telnetlib"}


@pytest.fixture
def person(db: None) -> User:
    user = UserFactory.create(email="known@example.test")
    user.set_password(PASSWORD)
    user.save()
    return user


def asked(name: str, field: str, address: str, **more: str) -> tuple[int, str, str]:
    """Return what a stranger sees who types an address: status, where it leads, and the page without the address."""
    answer = Client().post(reverse(name), {field: address, **more})
    page = CHANGING.sub("", answer.content.decode()).replace(address, "ADDRESS")
    return answer.status_code, answer.headers.get("Location", ""), page


@pytest.mark.parametrize(
    ("name", "field", "more"),
    [
        ("account_login", "login", {"password": "wrong-password"}),
        ("account_reset_password", "email", {}),
        ("account_request_login_code", "email", {}),
    ],
)
def test_nobody_learns_at_the_door_who_has_an_account(
    name: str, field: str, more: dict[str, str], person: User
) -> None:
    known = asked(name, field, person.email, **more)
    unknown = asked(name, field, "nobody@example.test", **more)

    assert known == unknown


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_leads_to_no_other_site(address: str, person: User, client: Client) -> None:
    sent = {"login": person.email, "password": PASSWORD, "next": address}

    answer = client.post(reverse("account_login"), sent)

    assert answer.headers["Location"] == reverse("web:home")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_what_is_refused_leads_to_no_other_site(address: str) -> None:
    request = RequestFactory().post("/people/", headers={"referer": address})

    assert safe_referer(request) == reverse("web:home")


def test_a_form_without_its_token_is_refused(person: User, settings: Settings) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    assert client.post(reverse("web:letters"), {}).status_code == 403


def test_nothing_of_ours_fetches_an_address() -> None:
    """No address that somebody typed is ever asked for: letters and chat notices leave by libraries made for that."""
    root = Path(configured.BASE_DIR)
    sources = [path for folder in ("whitebox", "applicants", "curriculum", "mastery", "sprints")
               for path in (root / folder).rglob("*.py") if "mechinterp" not in path.parts]  # fmt: skip

    found = {str(path.relative_to(root)): names for path in sources if (names := imported(path) & FETCHING)}

    assert found == {}
    assert len(sources) > 300


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names | {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(("password", "is_taken"), [("violet-lamp", False), ("violet-lamps", True)])
def test_passwords_have_twelve_signs(password: str, is_taken: bool) -> None:
    try:
        validate_password(password)
    except ValidationError:
        assert not is_taken
    else:
        assert is_taken
