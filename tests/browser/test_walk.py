"""One person's way from the landing page to the first week: applying, being read, the offer, the seat."""

import re

from playwright.sync_api import Page, expect

from tests.browser.visitors import Visitors, fits, mail, mails

ROUND = "Second round"
WRITTEN = {
    "Why do you want to understand": "I read the first chapter and rebuilt its example. It surprised me.",
    "If we cannot offer you a place": "I go on with the second chapter on Saturday mornings.",
    "Describe a piece of work": "For five months I kept a rain gauge with six neighbours, about two hours a week.",
    "A small puzzle": "Rule A gives the second letter. Rule B repeats what followed. Row M K R K tells them apart.",
}


class Applicant:
    """A stranger who applies. Every word of theirs that would tell who they are is here."""

    def __init__(self, visitors: Visitors) -> None:
        self.visitors = visitors
        self.name = f"Zoraida Quintos-{visitors.variant.capitalize()}"
        self.email = f"zoraida.{visitors.variant}@example.org"
        self.school = "Lighthouse Night School"

    @property
    def traces(self) -> list[str]:
        return [self.name, self.email, self.school, "zoraida", "quintos"]

    @property
    def link(self) -> str:
        """The address in the letter that brings them back."""
        letter = mail(self.visitors.site, self.email, "application")
        found = re.search(r"https?://\S+/application/[0-9a-f]+/", letter.text)
        assert found is not None, letter.text
        return found[0]


def test_a_stranger_becomes_a_participant(visitors: Visitors) -> None:
    applicant = Applicant(visitors)
    _starts_and_leaves(applicant)
    code = _returns_and_submits(applicant)
    _is_read_without_a_name(applicant, code)
    _gets_one_offer(applicant, code)
    _takes_the_seat(applicant)
    _full_cohort_refuses(visitors)
    _signs_and_settles_in(applicant)


def _starts_and_leaves(applicant: Applicant) -> None:
    page = applicant.visitors.stranger()
    page.goto("/")
    expect(page.get_by_role("heading", name=ROUND)).to_be_visible()
    page.get_by_role("link", name="Start your application").first.click()
    page.get_by_label("Your name").fill(applicant.name)
    page.get_by_label("E-mail address").fill(applicant.email)
    page.get_by_role("button", name="Mail me my link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    page.goto(applicant.link)
    page.get_by_role("link", name="Go on with my application").click()
    page.get_by_label("School").fill(applicant.school)
    page.get_by_role("button", name="Save and continue").click()
    _write(page, "Why do you want to understand")
    page.get_by_role("button", name="Save and stop here").click()
    expect(page.get_by_text("Your answers are saved. The link in your mail brings you back here.")).to_be_visible()
    page.context.close()


def _write(page: Page, question: str) -> None:
    page.get_by_label(question).fill(WRITTEN[question])


def _returns_and_submits(applicant: Applicant) -> str:
    """Finish the form on another device, submit twice, and return the public code."""
    page = applicant.visitors.stranger()
    page.goto(applicant.link)
    page.get_by_role("link", name="Check and submit").click()
    kept = WRITTEN["Why do you want to understand"]
    expect(page.get_by_text(kept)).to_be_visible()
    expect(page.get_by_role("button", name="Submit my application")).to_have_count(0)
    page.get_by_role("link", name="If we cannot offer you a place").click()
    expect(page.get_by_label("Why do you want to understand")).to_have_value(kept)
    _write(page, "If we cannot offer you a place")
    page.get_by_role("button", name="Save and continue").click()
    _answer_the_rest(page)
    return _submit_twice(page, applicant)


def _answer_the_rest(page: Page) -> None:
    _write(page, "Describe a piece of work")
    _write(page, "A small puzzle")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("radio", name="I have worked with arrays").check()
    page.get_by_role("radio", name="Without notes, I can use the chain rule").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("How many hours a week").fill("15")
    page.get_by_role("radio", name="Yes, to all or nearly all of them").check()
    page.get_by_role("checkbox", name="I want to use this training").check()
    page.get_by_role("button", name="Save and continue").click()


def _submit_twice(page: Page, applicant: Applicant) -> str:
    sent = page.locator("form:has(input[name=key])")
    fields: dict[str, str | float | bool] = {
        name: sent.locator(f"input[name={name}]").input_value() for name in ("csrfmiddlewaretoken", "key")
    }
    address = page.url
    page.get_by_role("button", name="Submit my application").click()
    expect(page.get_by_role("heading", name="Being read")).to_be_visible()
    again = page.context.request.post(address, form=fields, headers={"Referer": address})
    assert again.ok

    code = page.locator("dt", has_text=re.compile("^Application$")).locator("+ dd").inner_text()
    mail(applicant.visitors.site, applicant.email, "we have your application")
    page.reload()
    for word in ("Anonymous screening", "decision", "offer"):
        assert word not in page.get_by_role("main").inner_text()
    return code


def _is_read_without_a_name(applicant: Applicant, code: str) -> None:
    """Two people judge; neither learns who applied, and the second sees the first one's scores afterwards only."""
    visitors = applicant.visitors
    organizer = visitors.staff("organizer@demo.test")
    _open_round(organizer)
    organizer.get_by_role("link", name="Reviewers").click()
    organizer.get_by_role("link", name="Propose who reads what").click()
    others = organizer.get_by_role("link", name="Propose for the others")
    if others.count():  # A reviewer of an earlier test knows somebody, so that a reading has nobody.
        others.click()
    organizer.get_by_role("button", name="Hand them out").click()
    expect(organizer.get_by_text(re.compile(r"readings? (was|were) handed out"))).to_be_visible()

    first = _opens_the_desk(visitors, "mentor2@demo.test", applicant, code)
    first.get_by_label("Note for the organizers").fill("Measured without being told to.")
    _scores(first, has_scripts=visitors.has_scripts)
    second = _opens_the_desk(visitors, "reviewer@demo.test", applicant, code)
    assert "Measured without being told to." not in second.content()
    _scores(second, has_scripts=visitors.has_scripts)

    second.get_by_role("link", name="Your desk").click()
    second.get_by_role("link", name=code).click()
    expect(second.get_by_text("1 other review")).to_be_visible()
    assert "Measured without being told to." in second.content()
    _names_nobody(second, applicant)


def _opens_the_desk(visitors: Visitors, email: str, applicant: Applicant, code: str) -> Page:
    page = visitors.staff(email)
    page.goto("/home/")
    page.get_by_role("link", name="Review desk").first.click()
    expect(page.get_by_text("You see answers and no names.")).to_be_visible()
    _names_nobody(page, applicant)
    page.get_by_role("link", name=code).click()
    expect(page.get_by_text(WRITTEN["A small puzzle"])).to_be_visible()
    assert "other review" not in page.content()
    _names_nobody(page, applicant)
    return page


def _names_nobody(page: Page, applicant: Applicant) -> None:
    source = page.content().lower()
    assert [trace for trace in applicant.traces if trace.lower() in source] == []


def _scores(page: Page, *, has_scripts: bool) -> None:
    """Give each criterion a 4 and open the next application, by the keyboard where it works."""
    before = _left(page)
    here = page.url
    if has_scripts:
        page.locator("h1").click()
        for _criterion in page.locator("[data-criterion]").all():
            page.keyboard.press("4")
        page.keyboard.press("n")
    else:
        for criterion in page.locator("[data-criterion]").all():
            criterion.get_by_role("radio").nth(3).check()
        page.get_by_role("button", name="Save and open next").click()
    expect(page).not_to_have_url(here)
    page.goto(here)  # The next one may be of another round or stage, which has a count of its own.
    assert _left(page) == before - 1


def _left(page: Page) -> int:
    """Return how many applications are left at the stage of the one that is open."""
    head = page.locator(".desk-head").inner_text()
    found = re.search(r"(\d+) of \d+ left", head)
    assert found is not None or "All read" in head, head
    return int(found[1]) if found else 0


def _open_round(organizer: Page) -> None:
    organizer.goto("/home/")
    organizer.get_by_role("link", name="Pipeline").click()
    organizer.get_by_role("link", name=ROUND).click()
    expect(organizer.get_by_role("heading", name=ROUND)).to_be_visible()


def _back_to_the_round(organizer: Page) -> None:
    organizer.goto("/admin/applicants/application/pipeline/cohort-2/")


def _act(organizer: Page, code: str, act: str) -> None:
    """Choose one application on the board, look at what would happen, and confirm it."""
    organizer.get_by_label(code, exact=True).check()
    organizer.get_by_label("Do", exact=True).select_option(label=act)
    organizer.get_by_label("Reason, for the record").fill("Two readers agree.")
    organizer.get_by_role("button", name="Look at it first").click()
    expect(organizer.get_by_role("rowheader", name=code)).to_be_visible()
    note = organizer.get_by_label("What was found?")
    if note.count():  # where the readers differ
        note.fill("Both were read again.")
    organizer.get_by_role("button", name=re.compile("^(Move|Decide) 1 application$")).click()
    expect(organizer.get_by_text("1 application was changed.")).to_be_visible()


def _gets_one_offer(applicant: Applicant, code: str) -> None:
    visitors = applicant.visitors
    status = visitors.stranger()
    status.goto(applicant.link)
    organizer = visitors.staff("organizer@demo.test")
    _open_round(organizer)
    _act(organizer, code, "Work test")
    status.reload()
    expect(status.get_by_role("heading", name="Work test")).to_be_visible()

    _act(organizer, code, "offer")
    status.reload()
    expect(status.get_by_role("heading", name="Work test")).to_be_visible()
    assert "offer" not in status.get_by_role("main").inner_text().lower()

    _release(organizer, code, applicant.name)
    status.reload()
    expect(status.get_by_role("heading", name="A place for you")).to_be_visible()
    expect(status.get_by_text("The offer stands until")).to_be_visible()
    mail(visitors.site, applicant.email, "place")
    assert len(mails(visitors.site, applicant.email, "place")) == 1


def _release(organizer: Page, code: str, name: str) -> None:
    """Read the letter that waits, then let it go."""
    organizer.get_by_role("link", name="Letters to release").click()
    letter = organizer.locator("details.letter", has_text=code)
    expect(letter.locator("pre")).to_contain_text(name)  # open, as it is the only one
    organizer.get_by_role("button", name="Release 1 letter").click()
    expect(organizer.get_by_text("1 letter is on its way.")).to_be_visible()


def _takes_the_seat(applicant: Applicant) -> None:
    page = applicant.visitors.stranger()
    page.goto(applicant.link)
    page.get_by_role("button", name="Accept the place").click()
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    mail(applicant.visitors.site, applicant.email, "welcome")


def _full_cohort_refuses(visitors: Visitors) -> None:
    """With every seat taken a further offer is refused in words; with one more seat the same letter leaves."""
    organizer = visitors.staff("organizer@demo.test")
    seats = _set_seats(organizer, None)
    _back_to_the_round(organizer)
    organizer.get_by_label("Stage").select_option(label="Anonymous screening")
    organizer.get_by_role("button", name="Filter").click()
    code = organizer.locator("tbody tr").filter(has_not_text="offer").locator("th").first.inner_text()
    _act(organizer, code, "offer")
    organizer.get_by_role("link", name="Letters to release").click()
    expect(organizer.get_by_text("so the release would be refused")).to_be_visible()
    organizer.get_by_role("button", name="Release 1 letter").click()
    expect(organizer.get_by_text("All seats of Cohort 2 are taken or kept by open offers.")).to_be_visible()

    _set_seats(organizer, seats)
    _back_to_the_round(organizer)
    _release(organizer, code, "")


def _set_seats(organizer: Page, seats: int | None) -> int:
    """Set the seats of the next cohort, to as many as are taken for None, and return how many there were."""
    _back_to_the_round(organizer)
    free = re.search(r"(\d+) seats? free to offer", organizer.get_by_role("main").inner_text())
    organizer.goto("/admin/people/cohort/")
    organizer.get_by_role("link", name="Cohort 2").click()
    field = organizer.get_by_label("Seats")
    before = int(field.input_value())
    assert free is not None
    field.fill(str(before - int(free[1]) if seats is None else seats))
    organizer.get_by_role("button", name="Save", exact=True).click()
    expect(organizer.get_by_text("was changed successfully")).to_be_visible()
    return before


def _signs_and_settles_in(applicant: Applicant) -> None:
    """Sign in by the code in the mail, sign both policies, and see the first weeks."""
    page = applicant.visitors.stranger()
    page.goto(applicant.link)
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill(applicant.email)
    page.get_by_role("button", name="Send the code").click()
    letter = mail(applicant.visitors.site, applicant.email, "code")
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", letter.text, re.MULTILINE)
    assert found is not None, letter.text
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    fits(page)  # with a long address in its message
    page.get_by_label("Code").fill(found[1])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    _signs(page, "Code of conduct")
    _signs(page, "infohazard")
    expect(page.get_by_role("heading", name="Hello, Zoraida")).to_be_visible()
    page.get_by_role("link", name=re.compile("Week 1: ")).first.click()
    _sees_the_week(page)


def _signs(page: Page, policy: str) -> None:
    page.get_by_role("main").get_by_role("link", name=re.compile(policy, re.IGNORECASE)).first.click()
    page.get_by_role("button", name="I have read this and agree").click()
    expect(page.get_by_text("You have signed")).to_be_visible()


def _sees_the_week(page: Page) -> None:
    """Find the session's time, the objectives, the checks and the pre-work, and tick the first of it off."""
    expect(page.get_by_role("heading", name="Gradients from scratch", level=1)).to_be_visible()
    expect(page.locator("dt", has_text="Session").locator("+ dd")).to_contain_text("Manila")
    for part in ("Objectives", "Before the session", "Exercises", "In the session", "After the session"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Gradients from scratch, mastery check")).to_be_visible()
    first = page.locator(".resource").first
    expect(first).to_contain_text("min")
    first.get_by_role("button", name="Mark as done").click()
    expect(page.locator(".resource").first.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.get_by_text(re.compile(r"1 of \d+ done"))).to_be_visible()
