"""A mentor with a phone and no JavaScript: who is ready before class, and who was there."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import Visitors, fits

WITHOUT_SCRIPTS = pytest.mark.parametrize("visitors", ["without scripts"], indirect=True)
WEEK_1 = "Week 1: Gradients from scratch"


@WITHOUT_SCRIPTS
def test_a_mentor_sees_who_is_ready_and_takes_attendance(visitors: Visitors) -> None:
    # The demonstration lets this mentor lead the first session, so everybody has a name on its sheet.
    page = visitors.participant("mentor@demo.test")

    _finds_the_next_session_on_the_home_page(page)
    _reads_the_sheet_of_the_session_they_lead(page)
    _marks_one_person_and_undoes_it(page)
    _marks_the_rest_with_one_tap(page)


def _finds_the_next_session_on_the_home_page(page: Page) -> None:
    page.goto("/home/")
    page.get_by_role("link", name="Readiness sheet").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ready for session")
    expect(page.get_by_text("You see the people you mentor by name")).to_be_visible()
    fits(page)


def _reads_the_sheet_of_the_session_they_lead(page: Page) -> None:
    page.get_by_role("link", name="Weeks", exact=True).click()
    page.get_by_role("link", name=WEEK_1).click()
    page.get_by_role("link", name="Who is ready?").click()
    expect(page.get_by_role("heading", name="Missed most")).to_be_visible()
    expect(page.get_by_text("Objective 1.").first).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(13)
    expect(page.get_by_text("No longer in this cohort")).to_be_visible()
    expect(page.get_by_text("Nina Flores: deferred to")).to_be_visible()
    fits(page)


def _marks_one_person_and_undoes_it(page: Page) -> None:
    page.get_by_role("link", name="Attendance").click()
    expect(page.get_by_text("Everybody has a mark")).to_be_visible()
    fits(page)
    person = page.get_by_role("listitem").filter(has_text="Bea Lim")
    person.get_by_role("button", name=re.compile("^Absent")).click()
    expect(person.get_by_role("button", name=re.compile("^Absent"))).to_have_attribute("aria-pressed", "true")
    expect(person.get_by_role("button", name=re.compile("^Made up"))).to_be_visible()
    page.get_by_role("button", name="Undo my last tap").click()
    expect(person.get_by_role("button", name=re.compile("^Present"))).to_have_attribute("aria-pressed", "true")


def _marks_the_rest_with_one_tap(page: Page) -> None:
    page.get_by_role("button", name="Undo my last tap").click()
    expect(page.get_by_text("10 people have no mark yet")).to_be_visible()
    page.get_by_role("button", name="The other 10 are present").click()
    expect(page.get_by_text("Everybody has a mark")).to_be_visible()
    expect(page.get_by_text("1 late")).to_be_visible()
