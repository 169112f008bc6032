"""A whole round: 120 apply, six read, one leniently and one with conflicts, until the cohort is full."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import whole_round
from tests.browser.site import Site, running
from tests.browser.test_walk import _answer_the_rest, _write
from tests.browser.visitors import Visitors, mail

PIPELINE = f"/admin/applicants/application/pipeline/{whole_round.SLUG}/"
APPLICANT = "zora.whole@example.org"


@pytest.fixture
def scripted(browser: Browser, tmp_path: Path) -> Iterator[Visitors]:
    """Visitors of a site of their own: a whole round fills the desks on which the other walks count."""
    with running(tmp_path, name="round", redis=12) as site:
        yield Visitors(browser, site, has_scripts=True, cookies={})


def within(site: Site, call: str) -> Any:
    """Run a function of `whole_round` inside the site and return what it says."""
    out = site.manage("shell", "-v", "0", "-c", f"from tests.browser import whole_round; print(whole_round.{call})")
    said = out.strip().splitlines()[-1]
    return json.loads(said) if said.startswith(("[", "{")) else None


def test_a_whole_round_is_played_to_a_full_cohort(scripted: Visitors) -> None:
    site = scripted.site
    within(site, "open_round()")
    _one_applies_by_the_form(scripted)
    within(site, "apply_and_read()")
    _three_are_read_by_keyboard(scripted)
    ranked = within(site, "route()")
    codes, links = [one[0] for one in ranked], dict(ranked)
    organizer = scripted.staff("organizer@demo.test")
    _looks_at_the_board(organizer, codes)
    _decides_about_all(organizer, codes)
    _releases(organizer, whole_round.APPLICANTS)
    ended = _answers_come_in(scripted, organizer, codes, links)

    found = within(site, f"proven({[codes[0], ended, codes[-1]]!r})")
    assert found["people"] == whole_round.APPLICANTS
    assert found["offers"] == sorted(["accepted"] * whole_round.SEATS + ["declined", "expired"])
    assert found["least"] >= 2
    assert found["routed"] >= 10
    assert found["barred"] == 0
    assert found["is_lenient_told"]
    scripted.leave()


def _one_applies_by_the_form(visitors: Visitors) -> None:
    page = visitors.stranger()
    page.goto(f"/apply/{whole_round.SLUG}/")
    page.get_by_label("Your name").fill("Zora Whole")
    page.get_by_label("E-mail address").fill(APPLICANT)
    page.get_by_role("button", name="Mail me my link").click()
    found = re.search(r"https?://\S+/application/[0-9a-f]+/", mail(visitors.site, APPLICANT, "application").text)
    assert found is not None
    page.goto(found[0])
    page.get_by_role("link", name="Go on with my application").click()
    page.get_by_role("button", name="Save and continue").click()
    _write(page, "Why do you want to understand")
    _write(page, "If we cannot offer you a place")
    page.get_by_role("button", name="Save and continue").click()
    _answer_the_rest(page)
    page.get_by_role("button", name="Submit my application").click()
    expect(page.get_by_role("heading", name="Being read")).to_be_visible()


def _three_are_read_by_keyboard(visitors: Visitors) -> None:
    page = visitors.staff("reviewer@demo.test")
    page.goto("/admin/applicants/application/desk/")
    page.get_by_role("link", name="Open the next one (n)").click()
    for _reading in range(whole_round.BY_HAND):
        here = page.url
        page.locator("h1").click()
        for _criterion in page.locator("[data-criterion]").all():
            page.keyboard.press("4")
        page.keyboard.press("n")
        expect(page).not_to_have_url(here)


def _looks_at_the_board(organizer: Page, codes: list[str]) -> None:
    organizer.goto(PIPELINE)
    expect(organizer.get_by_role("heading", name="Whole round")).to_be_visible()
    expect(organizer.get_by_text(f"{whole_round.APPLICANTS} applications")).to_be_visible()
    organizer.goto(f"{PIPELINE}board/?sort=chance")
    expect(organizer.get_by_role("main")).to_contain_text(codes[0])


def _decides_about_all(organizer: Page, codes: list[str]) -> None:
    """Offer the seats to the best, let five wait, and decline the rest: each in two steps."""
    seats = whole_round.SEATS
    _decide(organizer, codes[:seats], "offer")
    _decide(organizer, codes[seats : seats + 5], "waiting list")
    rest = set(codes[seats + 5 :])
    for page in (1, 2):
        organizer.goto(f"{PIPELINE}?page={page}")
        here = [code for code in organizer.locator("tbody th").all_inner_texts() if code in rest]
        _decide(organizer, here, "decline", page=page)


def _decide(organizer: Page, codes: list[str], act: str, *, page: int = 0) -> None:
    """Choose applications wherever they stand, look at what would happen, and confirm."""
    by_page = {page: codes} if page else _by_page(organizer, codes)
    for number, some in by_page.items():
        organizer.goto(f"{PIPELINE}?page={number}")
        for code in some:
            organizer.get_by_label(code, exact=True).check()
        organizer.get_by_label("Do", exact=True).select_option(label=act)
        organizer.get_by_label("Reason, for the record").fill("By the board's ranking.")
        organizer.get_by_role("button", name="Look at it first").click()
        expect(organizer.get_by_role("rowheader", name=some[0])).to_be_visible()
        note = organizer.get_by_label("What was found?")
        if note.count():
            note.fill("Read again by two of us; the mean stands.")
        organizer.get_by_role("button", name=re.compile("^(Move|Decide) ")).click()
        expect(organizer.get_by_text(re.compile(rf"\b{len(some)} applications? (was|were) changed"))).to_be_visible()


def _by_page(organizer: Page, codes: list[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for number in (1, 2):
        organizer.goto(f"{PIPELINE}?page={number}")
        here = set(organizer.locator("tbody th").all_inner_texts())
        if some := [code for code in codes if code in here]:
            found[number] = some
    return found


def _releases(organizer: Page, count: int) -> None:
    """Read that so many letters wait, and let exactly these go."""
    organizer.goto(f"{PIPELINE}letters/")
    organizer.get_by_role("button", name=re.compile(rf"^Release {count} letters?$")).click()
    expect(organizer.get_by_text(re.compile(rf"{count} letters? (is|are) on (its|their) way"))).to_be_visible()


def _answers_come_in(visitors: Visitors, organizer: Page, codes: list[str], links: dict[str, str]) -> str:
    """Three accept, one declines, one says nothing: the next two in line get the places. Returns who said nothing."""
    seats = whole_round.SEATS
    for code in codes[: seats - 2]:
        _accepts(visitors, links[code])
    first, second, *_others = within(visitors.site, "in_line()")
    _declines(visitors, links[codes[seats - 2]])
    _releases(organizer, 1)
    _accepts(visitors, links[first])

    silent = codes[seats - 1]
    within(visitors.site, f"let_expire({silent!r})")
    page = visitors.stranger()
    page.goto(links[silent])
    expect(page.get_by_role("heading", name="The offer has ended")).to_be_visible()
    organizer.goto("/home/")
    expect(organizer.get_by_text("Whole round: 1 decision waits for its release").first).to_be_visible()
    _releases(organizer, 1)
    _accepts(visitors, links[second])
    organizer.goto(PIPELINE)
    expect(organizer.get_by_text("0 seats free to offer")).to_be_visible()
    return silent


def _accepts(visitors: Visitors, link: str) -> None:
    page = visitors.stranger()
    page.goto(link)
    page.get_by_role("button", name="Accept the place").click()
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    page.context.close()


def _declines(visitors: Visitors, link: str) -> None:
    page = visitors.stranger()
    page.goto(link)
    page.get_by_text("I cannot take the place").click()
    page.get_by_label("I give the place back. Somebody else gets it.").check()
    page.get_by_role("button", name="Give the place back").click()
    expect(page.get_by_role("heading", name="You gave the place back")).to_be_visible()
    page.context.close()
