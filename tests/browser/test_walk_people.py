"""A mentor with a phone and no JavaScript: who needs help, a note with one click, and what the participant reads."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import Visitors, fits

WITHOUT_SCRIPTS = pytest.mark.parametrize("visitors", ["without scripts"], indirect=True)


@WITHOUT_SCRIPTS
def test_a_mentor_sees_who_needs_help_and_notes_a_talk(visitors: Visitors) -> None:
    page = visitors.participant("mentor@demo.test")

    _notes_a_contact_with_one_click_and_undoes_it(page)
    _shares_a_note(page)
    _reads_the_gradebook(page)
    _reads_what_was_shared(visitors.participant("participant5@demo.test"))


def _notes_a_contact_with_one_click_and_undoes_it(page: Page) -> None:
    page.goto("/home/")
    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(5)  # the head and four people
    fits(page)
    page.get_by_role("link", name="Early warning").click()
    person = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Eli Santos"))
    expect(person.get_by_text("waits for us")).to_be_visible()
    expect(person.get_by_text(re.compile(r"waits for \d days"))).to_be_visible()
    fits(page)
    page.get_by_label("Reason").select_option("waits-for-us")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text(re.compile(r"\d pe(rson|ople) fits?\."))).to_be_visible()
    person.get_by_role("button", name="I was in touch").click()
    expect(page.get_by_text("Noted: you were in touch with Eli Santos.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("waits-for-us")
    person.get_by_role("button", name="Undo my note").click()
    expect(page.get_by_text("The note about Eli Santos is taken back.")).to_be_visible()
    expect(person.get_by_role("button", name="I was in touch")).to_be_visible()


def _shares_a_note(page: Page) -> None:
    page.get_by_role("link", name="Eli Santos", exact=True).click()
    expect(page.get_by_role("heading", name="Objectives and attempts")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_role("heading", name="Please correct this, then send it again")).to_be_visible()
    page.get_by_label("Note (required)").fill("We drew the graph of the loss together.")
    page.get_by_role("textbox", name="Next step").fill("Eli draws the next one alone.")
    page.get_by_role("combobox", name="How it stands").select_option("worth watching")
    page.get_by_label("The participant may read this note and its next step").check()
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("Noted.")).to_be_visible()
    expect(page.get_by_text("We drew the graph of the loss together.")).to_be_visible()


def _reads_the_gradebook(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^People of")).click()
    page.get_by_role("link", name="Gradebook").click()
    expect(page.get_by_text("too few").first).to_be_visible()
    fits(page)
    page.get_by_label("Somewhere").select_option("mastered")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("cell", name="mastered").first).to_be_attached()


def _reads_what_was_shared(page: Page) -> None:
    page.goto("/home/")
    expect(page.get_by_text("A note from your last talk").first).to_be_visible()
    page.goto("/people/notes/")
    expect(page.get_by_text("We drew the graph of the loss together.")).to_be_visible()
    expect(page.get_by_text("worth watching")).to_have_count(0)
    fits(page)


@WITHOUT_SCRIPTS
def test_an_organizer_sees_load_faults_and_similar_code(visitors: Visitors) -> None:
    page = visitors.participant("organizer@demo.test")

    page.goto("/people/team/demo/mentors/")
    expect(page.get_by_text("no hours a week are promised").first).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Grader faults").click()
    expect(page.get_by_text("the cases or the reference of this exercise fail")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Similar code").click()
    expect(page.get_by_role("heading", name="Similar code")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Items", exact=True).click()
    expect(page.get_by_text("too few").first).to_be_visible()
    fits(page)
