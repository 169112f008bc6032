"""Browser tests: Debian's Chromium against a whole running site."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.browser.site import Site, running
from tests.browser.visitors import PHONE, Visitors

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("site")) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django would refuse its database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Beside that loop Django keeps another connection, and one left open would keep the test database from being
    # copied or dropped.
    connections.close_all()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()
        connections.close_all()


SCRIPTS = ["with scripts", "without scripts"]


@pytest.fixture(params=SCRIPTS)
def context(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A fresh visitor on a phone-sized screen, with and without JavaScript."""
    visitor = browser.new_context(
        base_url=site.address,
        viewport=PHONE,
        java_script_enabled=request.param == "with scripts",
    )
    visitor.set_default_timeout(20_000)  # milliseconds
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def cookies() -> dict[str, StorageState]:
    """Those who have signed in, so that each does it once."""
    return {}


@pytest.fixture(params=SCRIPTS)
def visitors(
    request: pytest.FixtureRequest, browser: Browser, site: Site, cookies: dict[str, StorageState]
) -> Iterator[Visitors]:
    """Several people in one walk, with and without JavaScript."""
    arrived = Visitors(browser, site, request.param == "with scripts", cookies)
    yield arrived
    arrived.leave()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
