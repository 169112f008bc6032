"""The first organizer, as docs/operating.md says it: from an empty site to a round that takes applications."""

import os
import re
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import migrated
from tests.browser.site import Site
from tests.browser.visitors import DESKTOP, mail
from tests.running import environment_for, free_port, process, redis_number, run, wait_for_web, web

pytestmark = [pytest.mark.browser, pytest.mark.long]

OPERATOR = "operator@example.org"
PASSWORD = secrets.token_urlsafe(12)
PACK = "whitebox/packs/mechinterp"
A_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that has been migrated and no more. With DEBUG it takes passkeys over plain HTTP."""
    folder, port = tmp_path_factory.mktemp("empty"), free_port()
    with migrated.database(f"empty_{os.getpid()}", folder) as database:
        environment = environment_for(folder, port, database, redis=redis_number(6)) | {
            "DEBUG": "true",
            "SECOND_FACTOR_REQUIRED": "true",
            "SITE_URL": f"http://localhost:{port}",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DJANGO_SUPERUSER_EMAIL": OPERATOR,
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }
        run(["createsuperuser", "--noinput"], environment)
        run(["pack", "load", PACK], environment)
        with process(web(port), environment, folder / "web.log"):
            wait_for_web(f"http://127.0.0.1:{port}", folder / "web.log")
            yield Site(f"http://localhost:{port}", folder, environment)


def test_an_empty_site_gets_its_organizer_and_its_round(browser: Browser, empty: Site) -> None:
    context = browser.new_context(base_url=empty.address, viewport=DESKTOP)
    context.set_default_timeout(20_000)  # milliseconds
    page = context.new_page()
    keys = context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": A_KEY})

    _sign_in(page)
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    page.goto(_link_in(mail(empty, OPERATOR, "address").text))
    _look(page)
    page.get_by_role("button", name="Yes, it is my address").click()
    _sign_in(page)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()  # Nothing else is open before.
    _look(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    _look(page)
    page.get_by_label("Name").fill("This computer")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("10 out of 10 recovery codes")).to_be_visible()

    _make_cohort(page)
    _follow_pack(page)
    _open_round(page)
    page.goto("/apply/cebu-1/")
    expect(page.get_by_role("button", name="Mail me my link")).to_be_visible()
    page.goto("/home/")
    expect(page.get_by_text("Please read and sign these")).to_be_visible()  # An organizer of a cohort now.

    context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    context.close()


def _sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(OPERATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def _link_in(letter: str) -> str:
    found = re.search(r"https?://\S+/confirm-email/\S+", letter)
    assert found, letter
    return urlsplit(found[0]).path


def _make_cohort(page: Page) -> None:
    page.goto("/admin/people/cohort/add/")
    page.get_by_label("Title").fill("Cebu 1")
    page.get_by_label("Slug").fill("cebu-1")
    page.get_by_label("Starts on").fill("2090-02-06")
    page.get_by_label("Zone").fill("Asia/Manila")
    _save(page)
    page.goto("/admin/programme/invitation/add/")
    page.get_by_label("E-mail address").fill(OPERATOR)
    page.get_by_label("Name").fill("Ola Perez")
    page.locator("#id_cohort").select_option(label="Cebu 1")
    page.locator("#id_role").select_option(label="organizer")
    _save(page)


def _follow_pack(page: Page) -> None:
    page.goto("/admin/packs/packversion/")
    page.get_by_role("main").get_by_role("link", name="mechinterp 1").click()
    page.get_by_role("link", name="Let Cebu 1 follow it").click()
    page.get_by_label("Why").fill("The first cohort.")
    page.get_by_role("button", name="Move Cebu 1 to mechinterp 1").click()


def _open_round(page: Page) -> None:
    page.goto("/admin/applicants/round/add/")
    page.get_by_label("Title").fill("First round")
    page.get_by_label("Slug").fill("cebu-1")
    page.locator("#id_cohort").select_option(label="Cebu 1")
    for name, day in (("opens_at", "2026-01-01"), ("closes_at", "2089-12-31")):
        page.locator(f"#id_{name}_0").fill(day)
        page.locator(f"#id_{name}_1").fill("12:00:00")
    _save(page)


def _save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()


def _look(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []
