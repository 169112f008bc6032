"""A talk from the booking to the mark, and a look at what was mastered, with and without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.visitors import Visitors, fits, mail

# The clock of a running site cannot be moved, so the time of the booked talk is.
BRING_FORWARD = """
from datetime import timedelta
from django.utils import timezone
from mastery.talks import OralSlot, Talk
talk = Talk.objects.booked().get(attempt__membership__user__email="{email}")
OralSlot.objects.filter(pk=talk.slot_id).update(starts_at=timezone.now() - timedelta(minutes=1))
"""


def test_a_talk_is_booked_held_and_marked(visitors: Visitors) -> None:
    learner, mentor = ("participant11", "mentor3") if visitors.has_scripts else ("participant10", "mentor2")
    email, name = f"{learner}@demo.test", "Kai Mendoza" if visitors.has_scripts else "Joy Dizon"
    page, desk = visitors.participant(email), visitors.staff(f"{mentor}@demo.test")

    _books(page)
    mail(visitors.site, email, "Your talk")
    _cannot_begin_yet(desk, name)
    _bring_forward(visitors.site, email)
    question = _begins(desk)
    page.reload()
    expect(page.get_by_text(question)).to_be_visible()
    expect(page.get_by_text("Listen for")).to_have_count(0)
    fits(page)
    _records(desk)
    page.reload()
    page.get_by_role("link", name="To the result").click()
    expect(page.get_by_role("heading", name="Mastered", exact=True)).to_be_visible()
    expect(page.get_by_text("Clear and calm.")).to_be_visible()
    expect(page.get_by_text("Only for us.")).to_have_count(0)


def _books(page: Page) -> None:
    page.goto("/home/")
    page.get_by_role("link", name="Choose a time").first.click()
    expect(page.get_by_role("heading", name="With your mentor")).to_be_visible()
    fits(page)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_text("It stands in your calendar")).to_be_visible()
    expect(page.get_by_text("Nobody sees it before.")).to_be_visible()
    fits(page)


def _cannot_begin_yet(desk: Page, name: str) -> None:
    desk.goto("/mastery/talks/")
    desk.get_by_role("link", name=name).first.click()
    expect(desk.get_by_role("heading", name=f"Talk with {name}")).to_be_visible()
    expect(desk.get_by_role("button", name="Begin the talk")).to_have_count(0)


def _bring_forward(site: Site, email: str) -> None:
    site.manage("shell", "-c", BRING_FORWARD.format(email=email))


def _begins(desk: Page) -> str:
    desk.reload()
    desk.get_by_role("button", name="Begin the talk").click()
    expect(desk.get_by_role("heading", name="Listen for")).to_be_visible()
    shown = desk.get_by_role("heading", name="Question", exact=True).locator("xpath=following-sibling::div[1]/p[1]")
    return shown.inner_text()[:30]


def _records(desk: Page) -> None:
    desk.get_by_label("Notes, for those who teach").fill("Only for us.")
    desk.get_by_label("Words for the participant").fill("Clear and calm.")
    desk.get_by_role("button", name="Record the outcome").click()
    expect(desk.get_by_role("alert")).to_contain_text("Choose a level.")
    expect(desk.get_by_label("Words for the participant")).to_have_value("Clear and calm.")
    desk.get_by_role("radio", name=re.compile("^2")).check()
    desk.get_by_role("button", name="Record the outcome").click()
    expect(desk.get_by_text("Recorded. The participant gets a letter.")).to_be_visible()


def test_what_was_mastered_comes_up_and_a_lapse_leads_to_practice(visitors: Visitors) -> None:
    page = visitors.participant("participant@demo.test")

    page.goto("/home/")
    expect(page.get_by_text(re.compile("due for a look")).first).to_be_visible()
    page.get_by_role("link", name=re.compile("^Review")).first.click()
    expect(page.get_by_role("button", name="I do not know it now")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="I do not know it now").click()
    expect(page.get_by_role("heading", name="Not this time")).to_be_visible()
    expect(page.get_by_text("everything stays open")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Practise").click()
    expect(page.get_by_role("button", name="I have practised")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="I have practised").click()
    expect(page.get_by_text("It comes up again when it is due.")).to_be_visible()
