"""From an open problem to a published, endorsed text, its correction and its retraction, with everybody it takes."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from sprints.demo_figure import plotted
from tests.browser import sprinting
from tests.browser.sprinting import look
from tests.browser.visitors import Visitors, mail, mails, reload_until

TICK = """
from datetime import time
from whitebox.outbox import tasks
from whitebox.people.models import User
User.objects.update(quiet_from=time(0), quiet_until=time(0))
tasks.tick.delay_on_commit()
tasks.deliver_due.delay_on_commit()
"""
TEXT = """We look at $x^2$ [@key].

## What we saw

![](bars.png)
"""
REFERENCE = "@misc{key, title={What is known}, year={2020}}"
READERS = ("tala@reader.test", "noel@reader.test")


def test_a_problem_becomes_a_published_endorsed_text(visitors: Visitors, tmp_path: Path) -> None:
    title = f"Walk {visitors.variant}"
    emails = ("participant10@demo.test", "participant11@demo.test")  # those of the demonstration who are in no team
    first, second = emails if visitors.has_scripts else reversed(emails)
    author, organizer = visitors.participant(first), visitors.staff("organizer@demo.test")
    number = sprinting.claims_a_problem(author, visitors)
    question = sprinting.splits_a_question_that_grew(author, visitors)
    sprinting.enters_a_hackathon(author, visitors.participant(second), organizer, visitors)

    address = _writes(author, visitors, title, tmp_path)
    _says_what_it_answers(author, visitors, number, question)
    _becomes_public(author, organizer, visitors, address)
    _is_agreed_on(author, organizer, visitors, address, title)
    _lives_in_public(author, organizer, visitors, address, title)


def _writes(page: Page, visitors: Visitors, title: str, folder: Path) -> str:
    """Start, write with mathematics, a reference and a figure, and return the write-up's address."""
    page.goto("/research/write-ups/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Abstract").fill("It can be walked through.")
    page.get_by_role("button", name="Start it").click()
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_label("References").fill(REFERENCE)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#drawn math")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("What we saw"))
    look(page, visitors)
    page.get_by_role("button", name="Save the wording").click()
    expect(page.get_by_text("There is no picture named bars.png").first).to_be_visible()

    picture = folder / "bars.png"
    picture.write_bytes(plotted([20, 80]))
    page.get_by_text("Add a figure", exact=True).click()
    page.locator("#figure-file").set_input_files(picture)
    page.locator("#figure-alt").fill("Two bars, the second higher.")
    page.get_by_role("button", name="Add the figure").click()
    expect(page.locator(".prose img")).to_have_attribute("alt", "Two bars, the second higher.")
    look(page, visitors)
    return page.url


def _says_what_it_answers(page: Page, visitors: Visitors, number: str, question: str) -> None:
    page.get_by_text("Kind, licence, and what it answers", exact=True).click()
    page.get_by_label("Problems it answers").fill(number)
    page.get_by_label(question).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def _becomes_public(author: Page, organizer: Page, visitors: Visitors, address: str) -> None:
    author.get_by_role("link", name="Level, votes and who needs to know").click()
    author.get_by_label(re.compile("^Level")).select_option("public")
    author.get_by_label("Reason").first.fill("A method for everybody.")
    author.get_by_role("button", name="Ask for this level").click()
    look(author, visitors)

    before = {reader: len(mails(visitors.site, reader, "Would you read")) for reader in READERS}
    organizer.goto(author.url)
    for name in ("Tala Ocampo", "Noel Baez"):
        organizer.get_by_label(re.compile(name)).check()
    organizer.get_by_role("button", name="Send the private links").click()
    organizer.get_by_label("yes").check()
    organizer.locator("#vote-reason").fill("Harmless.")
    organizer.get_by_role("button", name="Give this vote").click()
    look(organizer, visitors)
    visitors.site.manage("shell", "-c", TICK)
    for reader in READERS:
        page = visitors.stranger()
        page.goto(_link(visitors, reader, "Would you read", before[reader]))
        look(page, visitors)
        page.get_by_label("yes").check()
        page.get_by_label("Reason").fill("I see no harm.")
        page.get_by_role("button", name="Give this vote").click()
        expect(page.get_by_role("heading", name="This link has ended")).to_be_visible()
    organizer.goto(address)
    expect(organizer.get_by_text("Who may read it: public")).to_be_visible()


def _link(visitors: Visitors, to: str, subject: str, before: int) -> str:
    """Wait for one more letter than there was and return the private link in it."""
    page = visitors.stranger()
    for _turn in range(200):
        if len(mails(visitors.site, to, subject)) > before:
            break
        page.wait_for_timeout(300)
    found = re.search(r"https?://\S+/(?:reading|endorse)/[0-9a-f-]+/", mail(visitors.site, to, subject).text)
    assert found is not None
    return found[0]


def _is_agreed_on(author: Page, organizer: Page, visitors: Visitors, address: str, title: str) -> None:
    author.goto(address)
    author.get_by_role("button", name=re.compile("I consent")).click()
    author.get_by_text("Ask somebody outside for an endorsement").click()
    email = f"rita-{visitors.variant}@reader.test"
    author.locator("#ask-name").fill("Rita Salcedo")
    author.locator("#ask-email").fill(email)
    author.get_by_role("button", name="Send the private link").click()
    visitors.site.manage("shell", "-c", TICK)
    outside = visitors.stranger()
    outside.goto(_link(visitors, email, "asks for your word", 0))
    look(outside, visitors)
    outside.get_by_label("Your endorsement").fill("Careful work.")
    outside.get_by_role("button", name="Endorse this text").click()
    expect(outside.get_by_role("heading", name="You endorse this text")).to_be_visible()

    organizer.goto(address)
    organizer.get_by_role("button", name="Publish it").click()
    expect(organizer.get_by_text("It cannot be published yet.")).to_be_visible()
    organizer.get_by_label("ready to be published").check()
    organizer.locator("#review-text").fill("I read it all.")
    organizer.get_by_role("button", name="Save the review").click()
    organizer.get_by_role("button", name="Publish it").click()
    expect(organizer.get_by_role("heading", name=title)).to_be_visible()


def _lives_in_public(author: Page, organizer: Page, visitors: Visitors, address: str, title: str) -> None:
    reader = visitors.stranger()
    reader.goto("/posts/")
    look(reader, visitors)
    reader.get_by_role("link", name=title).click()
    expect(reader.locator(".prose math").first).to_be_visible()
    expect(reader.locator(".prose img")).to_have_js_property("complete", True)
    expect(reader.get_by_text("Careful work.")).to_be_visible()
    expect(reader.get_by_role("heading", name="Problems it answers")).to_be_visible()
    look(reader, visitors)

    author.goto(address)
    author.get_by_text("Correct it", exact=True).click()
    author.locator("#correct-note").fill("The second bar is 80, not 8.")
    author.get_by_role("button", name="Publish the correction").click()
    reload_until(reader, "The second bar is 80, not 8.")

    organizer.goto(address)
    organizer.get_by_text("Retract it", exact=True).click()
    organizer.locator("#retract-reason").fill("The code had a fault.")
    organizer.get_by_role("button", name="Retract it for good").click()
    reload_until(reader, "The code had a fault.")
    look(reader, visitors)
    reader.goto("/posts/")
    expect(reader.get_by_role("link", name=title)).to_have_count(0)
