"""A participant's way through a locked week: the check, "not yet", the corrective, form B, and the lock opens."""

import re

from playwright.sync_api import Page, expect

from tests.browser.answers import fill
from tests.browser.visitors import Visitors, fits, mail, reload_until

WEEK_1, WEEK_2 = "01-gradients-from-scratch", "02-transformer-from-scratch"
MASTERY = "Gradients from scratch, mastery check"
READY = "Week 2: ready for the session"


def test_not_yet_leads_to_a_corrective_and_then_the_next_week_opens(visitors: Visitors) -> None:
    # Two people of the demonstration who have not begun the mastery check of week 1, with a mentor each.
    learner, mentor = ("participant6", "mentor2") if visitors.has_scripts else ("participant12", "mentor4")
    page = visitors.participant(f"{learner}@demo.test")
    desk = visitors.staff(f"{mentor}@demo.test")
    name = "Faye Uy" if visitors.has_scripts else "Lia Navarro"

    _is_told_what_locks_the_week(page)
    _takes_form_a_with_one_slip(page)
    _marks(desk, name, "Gradients from scratch, mastery check, form A")
    mail(visitors.site, f"{learner}@demo.test", "not yet")
    _works_through_the_corrective(page)
    _takes_form_b(page)
    _marks(desk, name, "Gradients from scratch, mastery check, form B")
    reload_until(page, "Nothing is left to do here.")
    expect(page.get_by_role("heading", name="Mastered", exact=True)).to_be_visible()
    _finds_the_next_week_open(page)


def _is_told_what_locks_the_week(page: Page) -> None:
    page.goto("/home/")
    page.get_by_role("link", name=re.compile("^Week 2: ")).first.click()
    expect(page.get_by_text("The checks of this week open when these are done.")).to_be_visible()
    fits(page)
    page.get_by_role("link", name=READY).click()
    expect(page.get_by_role("heading", name="What this check waits for")).to_be_visible()
    expect(page.get_by_text("Objective 1.4")).to_be_visible()
    expect(page.get_by_role("button", name="Start form A")).to_have_count(0)
    page.get_by_role("link", name="Start form A when you are ready.").first.click()
    expect(page.get_by_role("heading", name=MASTERY)).to_be_visible()


def _takes_form_a_with_one_slip(page: Page) -> None:
    page.get_by_role("button", name="Start form A").click()
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Submit form A").click()
    expect(page.get_by_role("alert")).to_contain_text("Not submitted yet. Your answers are saved.")
    fill(page, WEEK_1, "gradients-mastery", "a", mutant="mul_own_value")
    page.get_by_role("button", name="Save and stay here").click()
    expect(page.get_by_text("You can close the page and go on later.")).to_be_visible()
    page.get_by_role("button", name="Submit form A").click()
    reload_until(page, "Your written answer waits for your mentor")


def _marks(desk: Page, name: str, check: str) -> None:
    """Mark the written answer of one person as mastered."""
    desk.goto("/home/")
    desk.get_by_role("link", name="Open the desk").first.click()
    waiting = desk.get_by_role("row").filter(has_text=name).filter(has_text=check)
    waiting.get_by_role("link", name="Mark").click()
    expect(desk.get_by_text("The sum is never reset")).to_be_visible()
    desk.get_by_label("Comment for the learner").fill("Clear. Name the learning rate as well.")
    desk.get_by_role("button", name="Mastered").click()
    expect(desk.get_by_text(name)).to_have_count(0)


def _works_through_the_corrective(page: Page) -> None:
    reload_until(page, "Not yet, and what to do next")
    fits(page)
    missed = page.get_by_role("row").filter(has_text="not yet")
    expect(missed).to_have_count(1)
    expect(page.get_by_text("Clear. Name the learning rate as well.")).to_be_visible()
    missed.get_by_role("link").click()
    expect(page.get_by_text("The next form opens then.")).to_be_visible()
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_text("Start form B when you are ready.").first).to_be_visible()


def _takes_form_b(page: Page) -> None:
    page.get_by_role("button", name="Start form B").click()
    fill(page, WEEK_1, "gradients-mastery", "b")
    page.get_by_role("button", name="Submit form B").click()
    reload_until(page, "Your written answer waits for your mentor")


def _finds_the_next_week_open(page: Page) -> None:
    page.goto("/home/")
    page.get_by_role("link", name=re.compile("^Week 2: ")).first.click()
    expect(page.get_by_text("The checks of this week open when these are done.")).to_have_count(0)
    page.get_by_role("link", name=READY).click()
    page.get_by_role("button", name="Start form A").click()
    fill(page, WEEK_2, "transformer-ready", "a")
    page.get_by_role("button", name="Submit form A").click()
    expect(page.get_by_role("heading", name="Your result")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="not yet")).to_have_count(0)
