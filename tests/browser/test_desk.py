"""The review desk by keyboard: levels, moving, drafts, the next one; readable on a phone, in both lights."""

import re

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.site import Site
from tests.browser.visitors import DESKTOP, PHONE, Visitors, fits

AXE = AXE_FILE_PATH.read_text()


@pytest.fixture
def scripted(browser: Browser, site: Site, cookies: dict[str, StorageState]) -> Visitors:
    return Visitors(browser, site, has_scripts=True, cookies=cookies)


def opened(visitors: Visitors) -> Page:
    page = visitors.staff("reviewer@demo.test")
    page.goto("/admin/applicants/application/desk/")
    page.get_by_role("link", name="Open the next one (n)").click()
    expect(page.locator("[data-criterion]").first).to_be_visible()
    return page


def chosen(page: Page) -> list[str]:
    return [
        criterion.locator(":checked").get_attribute("value") or "" if criterion.locator(":checked").count() else ""
        for criterion in page.locator("[data-criterion]").all()
    ]


def focused(page: Page) -> int:
    """Return the place of the criterion that has the focus, -1 for none."""
    place: int = page.evaluate(
        "[...document.querySelectorAll('[data-criterion]')].findIndex(one => one.contains(document.activeElement))"
    )
    return place


def test_the_desk_is_worked_by_keyboard(scripted: Visitors) -> None:
    page = opened(scripted)
    count = page.locator("[data-criterion]").count()

    page.keyboard.press("4")
    assert (chosen(page)[0], focused(page)) == ("4", 1)
    page.keyboard.press("0")
    assert chosen(page)[1] == "abstain"
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    assert focused(page) == max(0, min(2, count - 1) - 2)
    page.keyboard.press("5")
    assert chosen(page)[:2] == ["5", "abstain"]
    page.keyboard.press("j")
    page.keyboard.press("a")

    expect(page.locator("[data-saved]")).to_contain_text("Draft saved.")
    page.reload()
    assert chosen(page)[0] == "5"
    scripted.leave()


def test_question_mark_shows_the_keys_and_n_opens_the_next(scripted: Visitors) -> None:
    page = opened(scripted)
    page.keyboard.press("?")
    expect(page.get_by_text("Give this level and go to the next criterion")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_text("Give this level and go to the next criterion")).to_be_hidden()

    here = page.url
    for _criterion in page.locator("[data-criterion]").all():
        page.keyboard.press("3")
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page).not_to_have_url(here)

    page.goto("/admin/applicants/application/desk/")
    page.get_by_role("link", name=re.compile("Second round")).click()
    expect(page.get_by_role("heading", name="Your reviews")).to_be_visible()
    expect(page.get_by_role("link", name=here.rstrip("/").rpartition("/")[2])).to_be_visible()
    scripted.leave()


def test_digits_are_letters_in_a_note(scripted: Visitors) -> None:
    page = opened(scripted)
    before = chosen(page)

    page.get_by_label("Note for the organizers").press_sequentially("5a?")

    assert (page.get_by_label("Note for the organizers").input_value(), chosen(page)) == ("5a?", before)
    scripted.leave()


@pytest.mark.parametrize("light", ["light", "dark"])
def test_the_desk_is_readable_on_a_phone_and_a_screen(scripted: Visitors, light: str) -> None:
    page = opened(scripted)
    desk = page.url
    faults = []
    for address in (desk, "/admin/applicants/application/desk/", "/admin/applicants/application/desk/known/"):
        page.goto(address)
        page.emulate_media(color_scheme="dark" if light == "dark" else "light")
        for screen in (PHONE, DESKTOP):
            page.set_viewport_size(screen)
            fits(page)
            page.evaluate(AXE)
            found = page.evaluate("() => window.axe.run(document, {resultTypes: ['violations']})")["violations"]
            faults += [f"{address} {screen['width']}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]

    assert faults == []
    scripted.leave()


def test_everything_works_without_scripts(visitors: Visitors) -> None:
    page = opened(visitors)
    code = page.url.rstrip("/").rpartition("/")[2]
    for criterion in page.locator("[data-criterion]").all():
        criterion.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Save draft (s)").click()
    expect(page.get_by_text("Your draft is saved.")).to_be_visible()

    page.get_by_text("Hand back: I do not have the time").click()
    page.get_by_role("button", name="Hand back").click()

    expect(page.get_by_text(f"You handed {code} back.")).to_be_visible()
