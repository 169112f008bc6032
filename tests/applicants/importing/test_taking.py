from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants import applying
from applicants.choices import ApplicationState, ConflictOrigin
from applicants.importing import guessing, mapping, sheets, taking
from applicants.importing.taking import Result
from applicants.invariants import INVARIANTS
from applicants.judgements import ConflictOfInterest
from applicants.models import Application, ApplicationImport, Draft, Identity, Revision, Round, StageChange
from applicants.questionnaire import questionnaire_of
from tests.applicants.importing.examples import AIRTABLE, GOOGLE, TYPEFORM, TYPEFORM_MAP, make_round
from tests.factories.applicants import ApplicationFactory, DecisionFactory, ReviewerFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter

Data = dict[str, Any]


@pytest.fixture
def round_(db: None) -> Round:
    return make_round()


def take(round_: Round, content: bytes | str, data: str | Data | None = None, *, is_dry: bool = False) -> Result:
    sheet = sheets.read(content.encode() if isinstance(content, str) else content)
    if data is None:
        data = guessing.as_map(guessing.targets(sheet, questionnaire_of(round_.form)), sheet)
    found = mapping.loaded(data) if isinstance(data, str) else mapping.of(data)
    return taking.take(round_, sheet, found, by=None, is_dry=is_dry)


def google_map() -> Data:
    return {
        "id": ["Timestamp", "Email Address"],
        "submitted_at": "Timestamp",
        "identity": {"name": ["First name", "Last name"], "email": "Email Address"},
        "answers": {
            "why": "Why do you want to do this?",
            "python": {
                "column": "Which sentence fits your Python best?",
                "values": {"Beginner": "I can write a loop."},
            },
            "topics": {"column": "Which topics interest you?", "other": "drop"},
            "in-person": "Can you come in person?",
            "hours": "Hours a week",
            "agree": "I agree to the rules.",
        },
    }


def test_a_typeform_file_becomes_applications(round_: Round) -> None:
    result = take(round_, TYPEFORM, TYPEFORM_MAP)

    ana, ben = Application.objects.order_by("submitted_at")
    assert (result.as_json()["created"], result.refused, result.duplicates) == (2, [], [])
    assert (ana.identity.name, ana.identity.email, ana.source) == ("Ana Reyes", "Ana.Reyes+tf@gmail.com", "dlsu")
    assert ana.revisions.get().answers == {
        "why": 'Because I want to know,\nand "look inside".',
        "python": "I can write a loop.",
        "topics": ["Circuits", "Sparse autoencoders, dictionaries"],
        "notes": "Something of mine",
        "in-person": "Yes, to most",
        "hours": "12",
        "link": "https://github.com/ana/x",
        "work": "https://api.typeform.com/responses/files/x/cv.pdf",
        "agree": True,
    } | {"in-person": "Yes, to most"}
    assert ben.draft.answers["python"] == "I can write a loop."
    assert (ben.draft.answers["topics"], ben.draft.answers["hours"]) == (["Probing"], "8")
    assert str(ana.submitted_at) == "2026-03-01 06:05:11+00:00"
    assert {(one.state, one.stage_id) for one in (ana, ben)} == {(ApplicationState.SUBMITTED, ana.stage_id)}
    assert not Letter.objects.exists()


def test_a_google_file_is_read_with_its_commas_its_double_and_its_mistakes(round_: Round) -> None:
    result = take(round_, GOOGLE, google_map())

    made = Application.objects.get()
    assert made.revisions.get().answers["why"] == "A better reason."
    assert [(one.row, one.of_row) for one in result.duplicates] == [(2, 4)]
    assert [(one.row, one.column) for one in result.refused] == [(5, "Email Address"), (5, "Hours a week")]
    assert (result.empty, result.rows, result.refused_rows) == (1, 3, 1)


def test_the_first_row_of_a_person_can_count(round_: Round) -> None:
    result = take(round_, GOOGLE, google_map() | {"same_person": "first"})

    answers = Revision.objects.get().answers
    assert answers["topics"] == ["Circuits", "Sparse autoencoders, dictionaries"]
    assert answers["why"] == '=HYPERLINK("x")'
    assert [(one.row, one.of_row) for one in result.duplicates] == [(4, 2)]


@pytest.mark.parametrize(
    "content", [TYPEFORM, GOOGLE.encode(), AIRTABLE.encode()], ids=["typeform", "google", "airtable"]
)
def test_a_dry_run_says_what_the_real_run_does_and_a_second_run_does_nothing(round_: Round, content: bytes) -> None:
    data = google_map() if content == GOOGLE.encode() else TYPEFORM_MAP if content == TYPEFORM else None

    dry = take(round_, content, data, is_dry=True)
    before = Application.objects.count(), ApplicationImport.objects.count()
    real = take(round_, content, data)
    again = take(round_, content, data)

    assert before == (0, 0)
    assert dry.as_json() == real.as_json()
    assert len(real.created) == Application.objects.count() > 0
    assert (again.created, again.updated, again.unchanged) == ([], [], len(real.created))
    assert (again.duplicates, again.refused) == (real.duplicates, real.refused)
    assert [list(one.broken()) for one in INVARIANTS] == [[] for _one in INVARIANTS]


def test_an_airtable_file_is_guessed_and_its_attachments_stay_text(round_: Round) -> None:
    result = take(round_, AIRTABLE)

    answers = Revision.objects.get().answers
    assert result.refused == []
    assert answers["work"] == "ana cv.pdf (https://v5.airtableusercontent.com/v3/u/x/ana)"
    assert answers["topics"] == ["Circuits", "Sparse autoencoders, dictionaries"]
    assert Application.objects.get().submitted_at is not None


@pytest.mark.parametrize("content", [TYPEFORM.decode(), GOOGLE, AIRTABLE])
def test_the_guess_needs_no_correction_but_for_words(round_: Round, content: str) -> None:
    sheet = sheets.read(content.encode())
    found = set(guessing.targets(sheet, questionnaire_of(round_.form)).values())

    asked = {f"answers.{one}" for one in ("why", "python", "topics", "in-person", "hours", "agree")}
    assert asked | {"email", "submitted_at"} <= found
    assert "name" in found or {"first", "last"} <= found


def test_a_changed_row_makes_a_revision_and_an_application_changed_here_stays(round_: Round) -> None:
    take(round_, TYPEFORM, TYPEFORM_MAP)
    ana, ben = Application.objects.order_by("submitted_at")
    Draft.objects.filter(application=ben).update(answers=ben.draft.answers | {"why": "Changed here."})
    changed = TYPEFORM.replace(b"Because I want", b"Since I want").replace(b"Curious.", b"Very curious.")
    changed = changed.replace(b"Ana Reyes", b"Ana B. Reyes")

    result = take(round_, changed, TYPEFORM_MAP)
    again = take(round_, changed, TYPEFORM_MAP)

    assert (result.updated, result.left_alone, result.unchanged) == ([ana.code], [ben.code], 1)
    assert [one.answers["why"][:5] for one in ana.revisions.all()] == ["Becau", "Since"]
    assert Identity.objects.get(application=ana).name == "Ana B. Reyes"
    assert ben.revisions.count() == 1
    assert (again.updated, again.unchanged) == ([], 2)


@pytest.mark.parametrize("what", ["withdrawn", "decided", "erased"])
def test_what_ended_or_was_decided_here_stays(round_: Round, what: str) -> None:
    take(round_, TYPEFORM, TYPEFORM_MAP)
    ana = Application.objects.order_by("submitted_at")[0]
    if what == "withdrawn":
        applying.withdraw(ana)
    elif what == "decided":
        DecisionFactory.create(application=ana, released_at=timezone.now())
    else:
        Application.objects.filter(pk=ana.pk).update(erased_at=timezone.now())

    result = take(round_, TYPEFORM.replace(b"Because I want", b"Since I want"), TYPEFORM_MAP)

    assert (result.left_alone, result.updated, result.created) == ([ana.code], [], [])


def test_somebody_who_applied_here_is_a_duplicate_and_stays_as_they_are(round_: Round) -> None:
    present = ApplicationFactory.create(round=round_, parts__email="anareyes@googlemail.com", parts__name="Ana")

    result = take(round_, TYPEFORM, TYPEFORM_MAP)

    assert [(one.row, one.of_code) for one in result.duplicates] == [(2, present.code)]
    assert len(result.created) == 1
    assert Identity.objects.get(application=present).name == "Ana"


def test_conflicts_are_found_among_those_who_came(round_: Round) -> None:
    reviewer = ReviewerFactory.create(round=round_)
    type(reviewer.membership.user).objects.filter(pk=reviewer.membership.user_id).update(name="Jo Reyes")

    take(round_, TYPEFORM, TYPEFORM_MAP)

    assert ConflictOfInterest.objects.get().origin == ConflictOrigin.DETECTED


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"Email"', '"Mail"', "Did you mean “Email”"),
        ('hours = "Hours a week"\n', "", "required question “hours”"),
        ("[answers]", '[answers]\nshoe-size = "via"', "no question “shoe-size”"),
        ('other = "notes"', 'other = "elsewhere"', "no question “elsewhere”"),
    ],
)
def test_a_map_that_does_not_fit_changes_nothing(round_: Round, before: str, after: str, why: str) -> None:
    result = take(round_, TYPEFORM, TYPEFORM_MAP.replace(before, after))

    assert not result.is_readable
    assert [why in one.reason for one in result.refused] == [True]
    assert not Application.objects.exists()
    assert not ApplicationImport.objects.exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not toml", "not TOML"),
        ("[identity]\nname = 'x'", "identity.email"),
        ("colour = 'x'\n[identity]\nname='x'\nemail='x'", "colour"),
        ("zone = 'Mars'\n[identity]\nname='x'\nemail='x'", "time zone"),
        ("[identity]\nname='x'\nemail='x'\n[answers.why]\nother='drop'", "give columns"),
    ],
)
def test_a_map_with_mistakes_is_refused_by_its_keys(text: str, why: str) -> None:
    with pytest.raises(RuleViolation, match=why):
        mapping.loaded(text)


def test_every_reason_against_a_row_is_told_and_none_holds_what_was_written(round_: Round) -> None:
    bad = (
        b"abc3,,secret-address,,secret-choice,,,,,secret-place,secret-hours,secret link,,maybe,"
        b"completed,,,secret-day,n,,\n"
    )
    long = b'abc4,Di,di@example.test,"' + b"word " * 30 + b'",1,,,,,No,3,,,1,completed,,,2026-03-01 06:05:11,n,,\n'

    result = take(round_, TYPEFORM + bad + long, TYPEFORM_MAP)

    assert [one.column for one in result.refused if one.row == 4] == [
        "What is your name?", "Email", "Which sentence fits your Python best?", "Can you come in person?",
        "I agree to the rules.", "Why do you want to do this?", "Hours a week", "A link to something you made",
        "Submit Date (UTC)",
    ]  # fmt: skip
    assert [one.row for one in result.refused][-1] == 5
    assert "secret" not in str([one.reason for one in result.refused])
    assert len(result.created) == 2


def test_long_answers_can_be_kept_but_not_without_end(round_: Round) -> None:
    data = TYPEFORM_MAP.replace('id = "#"', 'id = "#"\nlong_answers = "keep"')
    rest = b'",1,,,,,No,3,,,1,completed,,,2026-03-01 06:05:11,n,,\n'
    long = b'abc4,Di,di@example.test,"' + b"word " * 30 + rest
    endless = b'abc5,Ed,ed@example.test,"' + b"x" * 10_000_000 + rest

    result = take(round_, TYPEFORM + long + endless, data)

    assert len(result.created) == 3
    assert [(one.row, one.reason) for one in result.refused] == [(5, "This is longer than 100000 characters.")]


def test_signs_that_no_database_keeps_are_taken_out(round_: Round) -> None:
    take(round_, TYPEFORM.replace(b"Curious.", b"Cur\x00ious\x07."), TYPEFORM_MAP)

    assert Revision.objects.filter(answers__why="Curious.").exists()


def test_rows_with_one_id_and_two_people_are_refused(round_: Round) -> None:
    result = take(round_, TYPEFORM.replace(b"abc2", b"abc1"), TYPEFORM_MAP)

    assert (len(result.created), [one.row for one in result.refused]) == (1, [3])


def test_more_cells_than_the_header_has_are_refused(round_: Round) -> None:
    result = take(round_, TYPEFORM.replace(b"n2,,\n", b"n2,,,x,y\n"), TYPEFORM_MAP)

    assert [(one.row, "2 cells more" in one.reason) for one in result.refused] == [(3, True)]


def test_nothing_is_half_imported_when_it_breaks_on_the_way(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_more: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(StageChange.objects, "bulk_create", broken)
    with pytest.raises(OSError, match="no room"):
        take(round_, TYPEFORM, TYPEFORM_MAP)

    assert not Application.objects.exists()
    assert not Identity.objects.exists()


def test_the_map_of_a_guess_can_be_written_and_read_again(round_: Round) -> None:
    for content in (TYPEFORM, GOOGLE.encode(), AIRTABLE.encode()):
        sheet = sheets.read(content)
        made = mapping.of(guessing.as_map(guessing.targets(sheet, questionnaire_of(round_.form)), sheet))
        assert mapping.loaded(mapping.written(made)) == made


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=60), st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_any_words_survive_a_map(theirs: str, ours: str, column: str) -> None:
    data = {
        "identity": {"name": "n", "email": 2},
        "answers": {"why": {"columns": [column, 3], "values": {theirs: ours}}, "agree": {"value": True}},
        "ignore": [column],
    }
    made = mapping.of(data)

    assert mapping.loaded(mapping.written(made)) == made


def test_the_number_of_queries_does_not_grow_with_the_file(round_: Round, django_assert_max_num_queries: Any) -> None:
    line = "abc{n},Di,di{n}@example.test,Why,1,,,,,No,3,,,1,completed,,,2026-03-01 06:05:11,n,,\n"
    rows = TYPEFORM + "".join(line.format(n=n) for n in range(10, 310)).encode()

    with django_assert_max_num_queries(32):
        result = take(round_, rows, TYPEFORM_MAP)

    assert len(result.created) == 302
