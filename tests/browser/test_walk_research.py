"""From the bank to the first line of a log, as a participant does it on a phone, and on to the end of the claim."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.visitors import Visitors, mail

# What only time would do: the claim was set ten days ago and ends after so many days. No hour is quiet, so that
# the letters leave whenever the test runs. The worker does the rest, by the tick's own task.
LET_TIME_PASS = """
from datetime import time, timedelta
from django.utils import timezone
from sprints.models import Claim
from whitebox.outbox import tasks
from whitebox.people.models import User
User.objects.filter(email="{email}").update(quiet_from=time(0), quiet_until=time(0))
claim = Claim.objects.active().get(membership__user__email="{email}")
claim.since = claim.set_at = timezone.now() - timedelta(days=10)
claim.last_until((timezone.now() + timedelta(days={days})).date())
claim.save()
tasks.tick.delay_on_commit()
tasks.deliver_due.delay_on_commit()
"""


def test_a_participant_claims_a_problem_and_logs_the_first_day(visitors: Visitors) -> None:
    email = "participant7@demo.test" if visitors.has_scripts else "participant8@demo.test"
    page = visitors.participant(email)
    _claims_a_problem(page, visitors)
    problem = page.url
    _writes_the_first_entry(page, visitors)
    _is_warned_and_then_loses_the_claim(page, problem, email, visitors.site)


def _claims_a_problem(page: Page, visitors: Visitors) -> None:
    page.goto("/home/")
    page.get_by_role("link", name="Problems").click()
    page.get_by_label("Words").fill("induction")
    page.get_by_label("State").select_option("open")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "q=induction" in page.url
    _check(page, visitors)

    page.locator("tbody a").first.click()
    _check(page, visitors)
    page.get_by_role("button", name="Claim the problem").click()
    expect(page.get_by_text("The problem is yours until the day you chose.")).to_be_visible()
    _check(page, visitors)


def _writes_the_first_entry(page: Page, visitors: Visitors) -> None:
    page.get_by_role("link", name="Open an excursion").click()
    page.get_by_label("Question").fill("Is the head an induction head?")
    page.get_by_label("Budget in days").fill("3")
    _check(page, visitors)
    page.get_by_role("button", name="Open the excursion").click()

    entry = page.get_by_label("What you did, saw or decided")
    entry.fill("It copies: $p = 0.9$ for **repeated** tokens.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview: not saved yet")).to_be_visible()
    expect(entry).to_have_value("It copies: $p = 0.9$ for **repeated** tokens.")
    page.get_by_role("button", name="Save the entry").click()
    expect(page.get_by_text("The entry is in the log.")).to_be_visible()
    expect(page.locator("article strong", has_text="repeated")).to_be_visible()
    expect(page.locator("article math")).to_be_visible()
    _check(page, visitors)


def _is_warned_and_then_loses_the_claim(page: Page, problem: str, email: str, site: Site) -> None:
    site.manage("shell", "-c", LET_TIME_PASS.format(email=email, days=1))
    warning = mail(site, email, "Your claim on")
    assert problem in warning.text
    page.goto(problem)
    expect(page.get_by_role("heading", name="Your claim")).to_be_visible()

    site.manage("shell", "-c", LET_TIME_PASS.format(email=email, days=-1))
    mail(site, email, "has ended")
    page.reload()
    expect(page.get_by_role("button", name="Claim the problem")).to_be_visible()


def _check(page: Page, visitors: Visitors) -> None:
    """Ask axe, which needs scripts; without them the page is the same."""
    if visitors.has_scripts:
        assert Axe().run(page).response["violations"] == []
