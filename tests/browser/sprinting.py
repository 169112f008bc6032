"""The first half of a walk through research: a claim, a question that grows, a hackathon that is judged."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.visitors import Visitors, fits

# What only time would do: days pass on an excursion, and the deadline of a hackathon.
DAYS_PASS = """
from datetime import timedelta
from django.utils import timezone
from sprints.models import Excursion
Excursion.objects.filter(pk={pk}).update(opened_at=timezone.now() - timedelta(days=6))
"""
DEADLINE_PASSES = """
from datetime import timedelta
from django.utils import timezone
from sprints.contests import Hackathon
now = timezone.now()
Hackathon.objects.filter(pk={pk}).update(
    registers_until=now - timedelta(days=3), starts_at=now - timedelta(days=2), due_at=now - timedelta(minutes=1)
)
"""
JUDGES = (("mentor@demo.test", "Ben Aquino"), ("mentor4@demo.test", "Ester Ilagan"))  # of nobody who walks


def claims_a_problem(page: Page, visitors: Visitors) -> str:
    """Take the first problem that is free and return its number."""
    page.goto("/research/problems/?state=open")
    page.locator("tbody a").first.click()
    number = page.get_by_role("heading", level=1).inner_text().split()[0]
    page.get_by_role("button", name="Claim the problem").click()
    expect(page.get_by_role("heading", name="Your claim")).to_be_visible()
    return number


def splits_a_question_that_grew(page: Page, visitors: Visitors) -> str:
    """Open an excursion, let its days go by, split it, answer one part; return the question of that part."""
    page.get_by_role("link", name="Open an excursion").click()
    page.get_by_label("Question").fill("What do the heads of layer 1 do?")
    page.get_by_label("Budget in days").fill("3")
    page.get_by_role("button", name="Open the excursion").click()
    page.get_by_label("What you did, saw or decided").fill("Three of them copy: $p > 0.9$.")
    page.get_by_role("button", name="Save the entry").click()
    expect(page.get_by_text("The entry is in the log.")).to_be_visible()
    visitors.site.manage("shell", "-c", DAYS_PASS.format(pk=page.url.rstrip("/").rpartition("/")[2]))

    page.reload()
    expect(page.get_by_role("heading", name="Log", exact=True)).to_be_visible()
    expect(page.get_by_label("Smaller questions")).to_be_visible()  # it is over its budget and asks
    look(page, visitors)
    question = f"Which heads copy ({visitors.variant})?"
    page.get_by_label("Smaller questions").fill(f"{question}\nWhich heads look back?")
    page.get_by_label("Days for each").fill("2")
    page.get_by_label("What you know so far").fill("Copying and looking back are two things.")
    page.get_by_role("button", name="Split the excursion").click()
    expect(page.get_by_text("2 smaller excursions are open.")).to_be_visible()
    expect(page.get_by_role("heading", name="Verdict: split")).to_be_visible()
    look(page, visitors)

    page.get_by_role("link", name=question).click()
    page.get_by_label("answered").check()
    page.get_by_label("What it rests on").fill("Heads 3, 5 and 7, over five seeds.")
    page.get_by_role("button", name="Give the verdict").click()
    expect(page.get_by_role("heading", name="Verdict: answered")).to_be_visible()
    look(page, visitors)
    return question


def enters_a_hackathon(first: Page, second: Page, organizer: Page, visitors: Visitors) -> None:
    """Two people enter as a team; two judges rate it; the results name the place."""
    team = f"Copyists {visitors.variant}"
    first.goto("/research/teams/")
    first.get_by_label("Name of the team").fill(team)
    first.get_by_role("button", name="Found the team").click()
    second.goto("/research/teams/")
    second.get_by_role("button", name=f"Join {team}").click()
    expect(second.get_by_role("button", name=f"Leave {team}")).to_be_visible()
    look(second, visitors)

    address = _is_planned(organizer, visitors)
    first.goto(address)
    first.get_by_label("Team").select_option(team)
    first.get_by_role("button", name="Register the team").click()
    first.get_by_role("link", name="Open your entry").click()
    first.get_by_label("Title").fill("Heads that copy")
    first.get_by_label("What you asked, did and found").fill("Do they copy? Yes: $p > 0.9$.")
    first.get_by_role("button", name="Save the draft").click()
    expect(first.locator("math").first).to_be_visible()
    look(first, visitors)
    visitors.site.manage("shell", "-c", DEADLINE_PASSES.format(pk=address.rstrip("/").rpartition("/")[2]))

    _is_judged(organizer, visitors, address, team)
    second.goto(address)
    second.get_by_role("link", name="See the results").click()
    expect(second.get_by_role("row", name=re.compile(team))).to_contain_text("4.")
    look(second, visitors)


def _is_planned(page: Page, visitors: Visitors) -> str:
    page.goto("/research/hackathons/")
    page.get_by_label("Title").fill(f"Walk hackathon {visitors.variant}")
    page.get_by_label("ours").check()
    for label, when in (
        ("Registration until", "2090-10-13T09:00"),
        ("Starts", "2020-10-12T09:00"),
        ("Deadline", "2090-10-14T09:00"),
    ):
        page.get_by_label(label).fill(when)
    page.get_by_label("Ratings of each entry").fill("2")
    page.get_by_label("Criteria").fill("Soundness: 3\nClarity: 1")
    page.get_by_role("button", name="Plan the hackathon").click()
    expect(page.get_by_role("heading", name="For organizers")).to_be_visible()
    look(page, visitors)
    return page.url


def _is_judged(organizer: Page, visitors: Visitors, address: str, team: str) -> None:
    organizer.goto(address)
    for _email, name in JUDGES:
        organizer.get_by_label("Person").select_option(f"{name} (mentor)")
        organizer.get_by_role("button", name="Appoint the judge").click()
        expect(organizer.get_by_role("button", name=f"Take {name} out")).to_be_visible()
    organizer.get_by_role("button", name="Hand the entries out").click()
    expect(organizer.get_by_text("2 ratings are handed out.")).to_be_visible()
    for email, _name in JUDGES:
        judge = visitors.staff(email)
        judge.goto(address)
        judge.get_by_role("link", name=team).click()
        for criterion in ("Soundness", "Clarity"):
            judge.get_by_role("group", name=criterion).get_by_label("4", exact=True).check()
        judge.get_by_label("For the team").fill("A clear question.")
        look(judge, visitors)
        judge.get_by_role("button", name="Submit the rating").click()
        expect(judge.get_by_text("The rating is submitted.")).to_be_visible()
    organizer.reload()
    organizer.get_by_role("button", name="Release the results").click()
    expect(organizer.get_by_role("heading", name=re.compile("Results of"))).to_be_visible()
    look(organizer, visitors)


def look(page: Page, visitors: Visitors) -> None:
    """Assert that the page fits its screen and that axe, which needs scripts, finds nothing."""
    fits(page)
    if visitors.has_scripts:
        assert Axe().run(page).response["violations"] == []
