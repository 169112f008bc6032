"""From the bank to the first line of a log, as a participant does it on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PASSWORD = "demo-cohort"


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_participant_claims_a_problem_and_logs_the_first_day(page: Page, request: pytest.FixtureRequest) -> None:
    has_scripts = request.node.callspec.params["context"] == "with scripts"
    sign_in(page, "participant5@demo.test" if has_scripts else "participant6@demo.test")

    page.get_by_role("link", name="Problems").click()
    page.get_by_label("Words").fill("induction")
    page.get_by_label("State").select_option("open")
    page.get_by_role("button", name="Show").click()
    assert "q=induction" in page.url
    _check(page, has_scripts)

    page.locator("tbody a").first.click()
    _check(page, has_scripts)
    page.get_by_role("button", name="Claim the problem").click()
    expect(page.get_by_text("The problem is yours until the day you chose.")).to_be_visible()
    _check(page, has_scripts)

    page.get_by_role("link", name="Open an excursion").click()
    page.get_by_label("Question").fill("Is the head an induction head?")
    page.get_by_label("Budget in days").fill("3")
    _check(page, has_scripts)
    page.get_by_role("button", name="Open the excursion").click()

    entry = page.get_by_label("What you did, saw or decided")
    entry.fill("It copies: $p = 0.9$ for **repeated** tokens.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview: not saved yet")).to_be_visible()
    expect(entry).to_have_value("It copies: $p = 0.9$ for **repeated** tokens.")
    page.get_by_role("button", name="Save the entry").click()
    expect(page.get_by_text("The entry is in the log.")).to_be_visible()
    expect(page.locator("article strong", has_text="repeated")).to_be_visible()
    _check(page, has_scripts)


def _check(page: Page, has_scripts: bool) -> None:
    """Ask axe, which needs scripts; without them the page is the same."""
    if has_scripts:
        assert Axe().run(page).response["violations"] == []
