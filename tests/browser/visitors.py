"""The people of a walk: each in a browser of their own, signed in once by the real form, with the mails they got."""

import time
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Error, Page, StorageState, ViewportSize, expect

from tests.browser.site import Site
from whitebox.outbox.mailbox import Mail, newest

PHONE: ViewportSize = {"width": 360, "height": 780}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PASSWORD = "demo-cohort"
PATIENCE = 60.0  # seconds until a mail or a grade must be there: a worker may have others before it


@dataclass(slots=True)
class Visitors:
    """Everybody who visits the site during one test, all with or all without JavaScript."""

    browser: Browser
    site: Site
    has_scripts: bool
    cookies: dict[str, StorageState]  # of those who have signed in, kept for the whole session
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def variant(self) -> str:
        """A word that keeps the two plays of a walk apart."""
        return "scripted" if self.has_scripts else "plain"

    def stranger(self) -> Page:
        """Open a phone that knows no cookie of the site."""
        return self._page(PHONE, None)

    def participant(self, email: str) -> Page:
        return self._page(PHONE, self._signed_in(email))

    def staff(self, email: str) -> Page:
        return self._page(DESKTOP, self._signed_in(email))

    def leave(self) -> None:
        for context in self.contexts:
            context.close()

    def _page(self, screen: ViewportSize, cookies: StorageState | None) -> Page:
        context = self.browser.new_context(
            base_url=self.site.address, viewport=screen, storage_state=cookies, java_script_enabled=self.has_scripts
        )
        context.set_default_timeout(20_000)  # milliseconds
        self.contexts.append(context)
        return context.new_page()

    def _signed_in(self, email: str) -> StorageState:
        if email not in self.cookies:
            page = self._page(DESKTOP, None)
            sign_in(page, email)
            self.cookies[email] = page.context.storage_state()
        return self.cookies[email]


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def mails(site: Site, to: str, subject: str = "") -> list[Mail]:
    """Return the mails to an address whose subject holds some words, newest first."""
    found = newest(site.mails, limit=1000)
    return [mail for mail in found if mail.to == to and subject.lower() in mail.subject.lower()]


def mail(site: Site, to: str, subject: str) -> Mail:
    """Wait for a mail and return it. Raises AssertionError with what came instead."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := mails(site, to, subject):
            return found[0]
        time.sleep(0.1)
    raise AssertionError([one.subject for one in mails(site, to)])


def reload_until(page: Page, words: str) -> None:
    """Look again until the page says `words`: a worker does what it waits for."""
    deadline = time.monotonic() + PATIENCE
    while not page.get_by_text(words).first.is_visible():
        assert time.monotonic() < deadline, page.get_by_role("main").inner_text()
        page.wait_for_timeout(300)
        _reload(page)


def _reload(page: Page) -> None:
    """Look again. A page that comes meanwhile, because a click has asked for it, ends a reload and is as good."""
    try:
        page.reload()
    except Error as ended:
        if "ERR_ABORTED" not in ended.message:
            raise
        page.wait_for_load_state()


def fits(page: Page) -> None:
    """Assert that nothing on the page is wider than the screen: a phone would scroll sideways."""
    page.get_by_role("main").wait_for()  # A page that a click has just asked for has no document yet.
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= screen, page.url
