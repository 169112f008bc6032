"""Everybody follows every link they see: it leads somewhere, and the page there is whole, safe and readable.

A role visits two pages of each kind (a URL pattern with the names in its query), 150 at most. The browser opens one
page of each kind and role, with two exceptions that keep it short: the pages of one's own account are the same for all,
so the participant opens them; of the admin's stock pages it opens every second list and every second form of our own
models, because all share their templates.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.crawl import SIGN_IN, Outline, Visit, crawl
from tests.browser.site import Site
from tests.browser.visitors import PHONE
from whitebox.programme.demonstration import PASSWORD

STARTS = {
    "anonymous": ["/", "/accounts/login/"],
    "participant": ["/home/"],
    "mentor": ["/home/"],
    "reviewer": ["/home/", "/admin/"],
    "organizer": ["/home/", "/admin/"],
    "adviser": ["/home/"],
}
AXE = AXE_FILE_PATH.read_text()
NARROW = 320  # CSS pixels, as at 400 % zoom on a wide screen
LIBRARIES = ("account", "auditlog", "auth", "mfa", "socialaccount", "usersessions")
# MathML in a heading cell is text to a reader, but not to axe.
NOT_ASKED = {"empty-table-header": {"enabled": False}}
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@dataclass
class Walk:
    role: str
    context: BrowserContext
    visits: list[Visit]

    @property
    def pages(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.is_page]


@pytest.fixture(scope="module", params=STARTS)
def walk(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Walk]:
    role: str = request.param
    context = browser.new_context(base_url=site.address, viewport=PHONE, reduced_motion="reduce")
    if role != "anonymous":
        _sign_in(context, f"{role}@demo.test")
    yield Walk(role, context, list(crawl(context, site.address, STARTS[role])))
    context.close()


def _sign_in(context: BrowserContext, email: str) -> None:
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/accounts/login/" not in address)
    page.close()


def test_every_link_leads_somewhere(walk: Walk) -> None:
    dead = [str(visit) for visit in walk.visits if visit.status not in {200, 301, 302, 304}]
    locked = [str(visit) for visit in walk.visits if walk.role != "anonymous" and visit.to.startswith(SIGN_IN)]

    assert len(walk.visits) > 3
    assert not dead, "\n".join(dead)
    assert not locked, "\n".join(locked)


def test_every_page_says_what_it_is(walk: Walk) -> None:
    outlines = {visit.address: Outline(visit.html) for visit in walk.pages}

    wrong = [
        f"{address}: lang “{page.lang}”, title “{page.title.strip()}”, h1 {page.headings}"
        for address, page in outlines.items()
        if not page.lang or not page.title.strip() or len(page.headings) != 1 or not page.headings[0].strip()
    ]

    assert not wrong, "\n".join(wrong)


def test_every_answer_carries_the_safe_headers(walk: Walk) -> None:
    wrong = [
        f"{visit.address}: {name} is {visit.headers.get(name)}"
        for visit in walk.visits
        for name, value in HEADERS.items()
        if visit.headers.get(name) != value
    ]

    assert not wrong, "\n".join(wrong)


def test_every_answer_forbids_foreign_and_inline_code(walk: Walk) -> None:
    loose = [
        f"{visit.address}: {policy}"
        for visit in walk.visits
        if "default-src 'self'" not in (policy := visit.headers.get("content-security-policy", ""))
        or "unsafe" in policy
    ]

    assert not loose, "\n".join(loose)


def test_pages_are_readable_on_a_phone(walk: Walk) -> None:
    page = walk.context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(_complaint(message)))
    page.on("pageerror", lambda error: said.append(str(error)))

    found = {visit.address: _faults(page, visit, said) for visit in _one_of_each(walk)}

    page.close()
    wrong = [f"{address}: {fault}" for address, faults in found.items() for fault in faults]
    assert not wrong, "\n".join(wrong)


def _one_of_each(walk: Walk) -> list[Visit]:
    """Return a page of each kind, without downloads, the query's variants and the pages that look like another."""
    first: dict[str, Visit] = {}
    for visit in walk.pages:
        if visit.is_download:
            continue
        first.setdefault(visit.kind.partition("?")[0], visit)
    shown = {kind: visit for kind, visit in sorted(first.items()) if not _looks_like_another(kind, walk.role)}
    lists = [kind for kind in shown if kind.endswith("_changelist")]
    forms = [kind for kind in shown if kind.endswith("_change")]
    return [visit for kind, visit in shown.items() if kind not in {*lists[1::2], *forms[::2]}]


def _looks_like_another(kind: str, role: str) -> bool:
    if kind.startswith("admin:"):
        is_foreign = kind.startswith(tuple(f"admin:{label}_" for label in LIBRARIES))
        return is_foreign or kind.endswith(("_add", "_delete", "_history"))
    return ":" not in kind and role not in {"anonymous", "participant"}


def _complaint(message: ConsoleMessage) -> str:
    return message.text if message.type == "error" else ""


def _faults(page: Page, visit: Visit, said: list[str]) -> list[str]:
    said.clear()
    page.goto(visit.address)
    page.evaluate(AXE)
    faults = [f"axe: {each}" for each in _violations(page)]
    if page.locator("h1").first.inner_text().split() != Outline(visit.html).headings[0].split():
        faults.append("another h1 with scripts than without")
    for width in (PHONE["width"], NARROW):
        page.set_viewport_size({"width": width, "height": PHONE["height"]})
        if overhang := page.evaluate(OVERHANG):
            faults.append(f"scrolls sideways at {width} px: {overhang}")
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    faults += [f"axe, dark: {each}" for each in _violations(page, ["color-contrast"])]
    page.emulate_media(color_scheme="light")
    return faults + [f"console: {each}" for each in said if each]


def _violations(page: Page, rules: list[str] | None = None) -> list[str]:
    options = {"resultTypes": ["violations"], "preload": False, "rules": NOT_ASKED}
    options |= {"runOnly": rules} if rules else {}
    found = page.evaluate("(options) => window.axe.run(document, options)", options)["violations"]
    return [f"{each['id']} ({len(each['nodes'])}): {each['nodes'][0]['html'][:160]}" for each in found]


# Names what sticks out at the right, for whoever has to mend it.
OVERHANG = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return "";
  const scrolls = (one) => one && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement));
  const out = [...document.body.querySelectorAll("*")].filter(
    (one) => one.getBoundingClientRect().right > wide + 1 && !scrolls(one.parentElement));
  return out.slice(0, 1).map((one) => one.outerHTML.slice(0, 120))[0] || "the page";
}"""
