import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applicants import conflicts, redactions, traces
from applicants.choices import ConflictOrigin
from applicants.judgements import Assignment, Redaction
from applicants.models import Application, Identity, Revision
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ANSWERS, ApplicationFactory, AssignmentFactory, ReviewerFactory
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import User

WORDS = "I am Ana Applicant of Hill School. Write to ana@x.org."
IDENTITY = Identity(
    name="Ana dela Cruz",
    email="ana.cruz88@mail.org",
    school="Hill National High School",
    links="https://github.com/anacodes",
)


@pytest.fixture
def application(db: None) -> Application:
    return ApplicationFactory.create(parts__answers=ANSWERS | {"why": WORDS})


@pytest.fixture
def organizer(application: Application) -> User:
    return organizer_of(application.round.cohort)


def revise(application: Application, why: str) -> Revision:
    last = application.revisions.last()
    assert last is not None
    return Revision.objects.create(
        application=application, number=last.number + 1, answers=last.answers | {"why": why}, key=uuid.uuid4()
    )


def read(application: Application, revision: Revision | None = None) -> str:
    shown = revision or application.revisions.last()
    assert shown is not None
    return str(redactions.as_read(shown.answers, redactions.of_application(application))["why"])


def last(application: Application) -> Revision:
    return application.revisions.latest("number")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("My name is Ana dela Cruz.", [("name", "Ana dela Cruz")]),
        ("ana wrote; anagram did not", [("name", "ana")]),
        ("write to a.b+c@d-e.co.uk, now", [("address", "a.b+c@d-e.co.uk")]),
        ("see https://x.org/me?a=1.", [("link", "https://x.org/me?a=1")]),
        ("see github.com/anacodes!", [("link", "github.com/anacodes")]),
        ("call +63 917 555 0123 or not", [("phone", "+63 917 555 0123")]),
        ("in 2024 I had 12 of 345", []),
        ("I am @ana_codes there", [("handle", "@ana_codes")]),
        ("as anacodes, or ana.cruz88", [("handle", "anacodes"), ("handle", "ana.cruz88")]),
        ("at Hill National High School (HNHS)", [("school", "Hill National High School"), ("school", "HNHS")]),
        ("a national school of science", []),
        ("Nothing to see here.", []),
    ],
)
def test_found_names_what_tells_who_wrote(text: str, places: list[tuple[str, str]]) -> None:
    assert [(span.kind, span.text) for span in traces.found(text, IDENTITY)] == places


def test_cut_takes_out_places_by_one_mark() -> None:
    spans = traces.found("Ana here, ana.cruz88 there.", IDENTITY)

    assert redactions.cut("Ana here, ana.cruz88 there.", spans) == "[removed] here, [removed] there."


def test_redact_changes_what_reviewers_read_and_keeps_the_original(application: Application, organizer: User) -> None:
    for _time in range(2):
        redactions.redact(application, last(application), "why", "I am of a school.", by=organizer)

    assert read(application) == "I am of a school."
    assert last(application).answers["why"] == WORDS
    assert Redaction.objects.count() == 1


def test_restore_is_a_later_redaction(application: Application, organizer: User) -> None:
    redactions.redact(application, last(application), "why", "Nothing.", by=organizer)

    for _time in range(2):
        redactions.restore(application, last(application), "why", by=organizer)

    assert read(application) == WORDS
    assert Redaction.objects.count() == 2


def test_a_redaction_outlives_a_revision_that_leaves_the_answer_alone(
    application: Application, organizer: User
) -> None:
    redactions.redact(application, last(application), "why", "Nothing.", by=organizer)

    revise(application, WORDS)

    assert read(application) == "Nothing."


def test_words_taken_out_stay_out_of_a_changed_answer(application: Application, organizer: User) -> None:
    cut = WORDS.replace("Ana Applicant", "[removed]").replace("ana@x.org", "[removed]")
    redactions.redact(application, last(application), "why", cut, by=organizer)

    revise(application, "Applicant, Ana, says: write to ANA@x.org soon.")

    found = redactions.of_answer("why", last(application).answers, redactions.of_application(application))
    assert found.text == "[removed], [removed], says: write to [removed] soon."
    assert found.is_stale


def test_an_earlier_revision_is_read_without_the_words_too(application: Application, organizer: User) -> None:
    first = last(application)
    revise(application, f"{WORDS} More.")
    redactions.redact(application, last(application), "why", "I am [removed] of it. More.", by=organizer)

    assert "Ana" not in read(application, first)


@pytest.mark.parametrize("question", ["hours", "python", "nothing"])
def test_redact_refuses_what_reviewers_do_not_read_as_text(
    application: Application, organizer: User, question: str
) -> None:
    with pytest.raises(RuleViolation, match="do not read this"):
        redactions.redact(application, last(application), question, "12", by=organizer)


def test_redact_refuses_an_earlier_revision(application: Application, organizer: User) -> None:
    first = last(application)
    revise(application, "New.")

    with pytest.raises(RuleViolation, match="changed their answers"):
        redactions.redact(application, first, "why", "Old.", by=organizer)


def test_an_organizer_with_a_conflict_redacts_nothing(application: Application) -> None:
    member = MembershipFactory.create(cohort=application.round.cohort, role=Role.ORGANIZER, user__is_staff=True)
    reviewer = ReviewerFactory.create(round=application.round, membership=member)
    conflicts.record(reviewer, application, origin=ConflictOrigin.PINNED)

    with pytest.raises(RuleViolation, match="Somebody else"):
        redactions.redact(application, last(application), "why", "x", by=member.user)


@pytest.fixture
def page(client: Client, application: Application, organizer: User) -> str:
    client.force_login(organizer)
    return reverse("admin:applicants_redaction", args=[application.round.slug, application.code])


def test_the_page_proposes_and_cuts_what_is_ticked(client: Client, application: Application, page: str) -> None:
    answer = client.get(page).context["answers"][0]
    ticked = [f"{span.start}:{span.text}" for span in answer.spans]
    sent = {"question": "why", "revision": str(last(application).pk), "span": ticked, "cut": "1"}

    client.post(page, sent)

    assert [span.kind for span in answer.spans] == ["name", "address"]
    assert read(application) == "I am [removed] of Hill School. Write to [removed]."
    assert client.get(page).context["answers"][0].spans == []


@pytest.mark.parametrize("rows", [1, 3])
def test_list_query_count(
    client: Client, organizer: User, application: Application, django_assert_num_queries: Any, rows: int
) -> None:
    for _row in range(rows - 1):
        ApplicationFactory.create(round=application.round)
    client.force_login(organizer)
    address = reverse("admin:applicants_redactions", args=[application.round.slug])
    client.get(address)

    # session, user, round, count, applications, revisions, work tests, redactions of answers and of work, links
    with django_assert_num_queries(10):
        shown = client.get(address)

    assert shown.context["lines"][-1].redacted == 0


def test_reviewers_read_the_redacted_text_and_its_length(
    client: Client, application: Application, organizer: User
) -> None:
    reading: Assignment = AssignmentFactory.create(application=application)
    redactions.redact(application, last(application), "why", "Two words.", by=organizer)
    client.force_login(reading.reviewer.membership.user)

    shown = client.get(reverse("admin:applicants_desk_read", args=[application.code]))

    assert "Ana Applicant" not in shown.content.decode()
    assert (shown.context["page"].answers[0].text, shown.context["page"].answers[0].words) == ("Two words.", 2)
