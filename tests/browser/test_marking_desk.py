"""The marking desk by keyboard and without scripts: drafts, comments, one key for a mark, readable in both lights."""

import re

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from tests.browser.site import Site
from tests.browser.visitors import DESKTOP, PHONE, Visitors, fits

AXE = AXE_FILE_PATH.read_text()
PAGES = ("/mastery/desk/", "/mastery/desk/given/", "/mastery/desk/comments/")


@pytest.fixture
def scripted(browser: Browser, site: Site, cookies: dict[str, StorageState]) -> Visitors:
    return Visitors(browser, site, has_scripts=True, cookies=cookies)


def opened(visitors: Visitors, email: str = "mentor@demo.test") -> Page:
    page = visitors.staff(email)
    page.goto("/mastery/desk/")
    page.get_by_role("link", name="Mark the oldest").click()
    expect(page.get_by_role("group", name="Rubric")).to_be_visible()
    return page


def comment_on(page: Page) -> Locator:
    """The words beside a mark: for the learner, or at a second mark for whoever settles it.

    Which of them waits longest depends on what was drawn and on what other tests marked; both are written alike.
    """
    return page.get_by_label(re.compile("^Comment for (the learner|whoever settles it)"))


def left(page: Page) -> int:
    found = re.search(r"(\d+) left\.", page.get_by_role("main").inner_text())
    assert found, page.url
    return int(found[1])


def test_a_draft_saves_itself_and_comments_are_inserted_where_the_cursor_stands(scripted: Visitors) -> None:
    page = opened(scripted)
    comment = comment_on(page)
    comment.fill("Good start.")

    page.get_by_role("button", name=re.compile("^Name the mechanism")).click()
    expect(comment).to_have_value(re.compile("^Good start.\nName the mechanism"))
    expect(page.locator("[data-saved]")).to_contain_text("Draft saved at")
    page.reload()

    expect(comment).to_have_value(re.compile("^Good start.\nName the mechanism"))
    scripted.leave()


def test_letters_are_letters_while_somebody_writes(scripted: Visitors) -> None:
    page = opened(scripted)
    here = page.url

    comment_on(page).press_sequentially(" mys")

    assert page.url == here
    scripted.leave()


def address_on(page: Page, where: str, link: str) -> str:
    page.goto(where)
    return page.locator(link).first.get_attribute("href") or ""


@pytest.mark.parametrize("light", ["light", "dark"])
def test_the_desk_is_readable_on_a_phone_and_a_screen(scripted: Visitors, light: str) -> None:
    mentor, organizer = opened(scripted), scripted.staff("organizer@demo.test")
    sheet = mentor.url
    # Another test may have decided the dispute by now; its page stays.
    dispute = address_on(mentor, "/mastery/desk/given/", "a[href*='/disputes/']")
    settling = address_on(organizer, "/mastery/desk/", "a[href*='/settle/']")
    double = address_on(organizer, "/mastery/desk/", "a[href*='/agreement/']")
    faults = []
    for page, addresses in ((mentor, (sheet, dispute, *PAGES)), (organizer, (settling, double))):
        for address in addresses:
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


def test_answer_and_rubric_stand_beside_each_other_on_a_screen_and_follow_on_a_phone(scripted: Visitors) -> None:
    page = opened(scripted)
    answer, rubric = page.get_by_role("heading", name="Answer"), page.get_by_role("group", name="Rubric")
    places = []
    for screen in (DESKTOP, PHONE):
        page.set_viewport_size(screen)
        one, two = answer.bounding_box(), rubric.bounding_box()
        assert one is not None
        assert two is not None
        places.append(two["x"] > one["x"] + 200)

    assert places == [True, False]
    scripted.leave()


def test_marks_are_given_by_one_key_or_one_button(visitors: Visitors) -> None:
    page = opened(visitors)
    before = left(page)
    if visitors.has_scripts:
        page.get_by_role("heading", level=1).click()
        page.keyboard.press("m")
    else:
        comment_on(page).fill("Good start.")
        page.get_by_role("button", name=re.compile("^Clear, and the test")).click()
        expect(comment_on(page)).to_have_value(re.compile("Good start.\nClear, and"))
        page.get_by_role("button", name=re.compile("^Save draft")).click()
        expect(page.get_by_text("Draft saved. Only you see it.")).to_be_visible()
        page.get_by_role("button", name=re.compile("^Mastered")).click()

    expect(page.get_by_text(re.compile("Marked. Thank you.|The second mark is in."))).to_be_visible()
    if before > 1:
        assert left(page) == before - 1


def test_a_dispute_is_answered_and_decided(visitors: Visitors) -> None:
    if not visitors.has_scripts:
        organizer = visitors.staff("organizer@demo.test")
        organizer.goto("/mastery/desk/")
        organizer.get_by_role("link", name=re.compile("^Read and decide")).first.click()
        organizer.get_by_role("radio").last.check()
        organizer.get_by_label("Reason").fill("The last sentence is the test that the rubric asks for.")
        organizer.get_by_role("button", name="Decide it").click()
        expect(organizer.get_by_text("Decided. The learner gets one letter")).to_be_visible()
        return
    mentor = visitors.staff("mentor@demo.test")
    mentor.goto("/mastery/desk/")
    mentor.get_by_role("link", name=re.compile("^Read and answer")).first.click()
    mentor.get_by_label("Your answer").fill("The test has to tell it from a rate that is too large.")
    mentor.get_by_role("button", name="Answer").click()
    expect(mentor.get_by_text("Answered. An organizer decides now.")).to_be_visible()
