"""The desk's pages: drafts, comments, corrections, what a marker reads, and what is stored about them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from curriculum.models import Corrective
from mastery import desk, disputing, mark_drafts, marking, phrases, privacy, second_marks
from mastery.choices import AttemptState, ErrorKind, JobState
from mastery.judgements import Dispute, DisputeEntry, MarkDraft, MarkingConflict, ReusableComment, SecondMark
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent
from tests.factories.mastery import Course, code, make_course, numeric, read_twice, written
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role
from whitebox.people.models import User
from whitebox.people.subjects import Erasure, Subject

ITEMS: dict[str, list[dict[str, Any]]] = {
    form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"
}
SAID = "Because **the sum** is $x^2$.\n\n<script>alert(1)</script>\n\n```python\nw -= 1\n```"


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


@pytest.fixture
def attempt(course: Course) -> Attempt:
    return course.take({"A-one": "4", "A-words": SAID})


@pytest.fixture
def mentor(course: Course, client: Client) -> User:
    user: User = course.mentor.user
    client.force_login(user)
    return user


def at(name: str, attempt: Attempt) -> str:
    return reverse(f"mastery:{name}", args=[attempt.pk, "A-words"])


def test_a_written_answer_is_rendered_and_harmless(attempt: Attempt, mentor: User, client: Client) -> None:
    page = client.get(at("mark", attempt)).content.decode()

    assert "<strong>the sum</strong>" in page
    assert "<math" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_learner_sees_the_answer_rendered_too(
    course: Course, attempt: Attempt, mentor: User, client: Client
) -> None:
    marking.mark(attempt, "A-words", Judgement(2, "<b>Clear.</b>"), by=mentor)
    client.force_login(course.user)

    page = client.get(reverse("mastery:attempt", args=[attempt.pk])).content.decode()

    assert "<strong>the sum</strong>" in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;Clear." in page


def test_code_that_no_machine_can_grade_is_marked_on_the_desk(db: None, client: Client) -> None:
    course = make_course({form: [code(f"{form}-code", "first")] for form in "AB"})
    attempt = course.take({"A-code": "def softmax(x):\n    return '<b>'"})
    attempt.jobs.update(error_kind=ErrorKind.NO_SANDBOX)
    client.force_login(course.mentor.user)
    (entry,) = client.get(reverse("mastery:desk")).context["entries"]

    page = client.get(entry.address).content.decode()
    client.post(entry.address, {"verdict": "mastered"})

    assert "return &#x27;&lt;b&gt;&#x27;</pre>" in page
    attempt.refresh_from_db()
    assert (attempt.state, attempt.jobs.get().state) == (AttemptState.GRADED, JobState.WITHDRAWN)


def test_a_draft_is_kept_for_its_marker_and_goes_with_the_mark(
    course: Course, attempt: Attempt, mentor: User, client: Client
) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    way = Corrective.objects.get(
        objective_version__module_version=course.modules[0], slug="way-2", title__contains="second"
    )
    given = {"level": "1", "comment": "So far.", "corrective": str(way.pk)}

    saved = client.post(at("mark_draft", attempt), given, headers={"X-Autosave": "1"})
    page = client.get(at("mark", attempt)).content.decode()

    assert (saved.status_code, len(saved.content)) == (200, 5)
    assert "So far.</textarea>" in page
    assert 'value="1" checked' in page
    assert f'<option value="{way.pk}" selected>' in page
    assert not attempt.events.filter(item="A-words").exists()
    assert mark_drafts.of(attempt, "A-words", organizer) is None
    client.post(at("mark", attempt), given | {"verdict": "not_yet"})
    assert not MarkDraft.objects.exists()
    assert [one.corrective for one in attempt.assignments.all()] == [way]


def test_a_draft_of_a_marked_answer_is_not_kept(attempt: Attempt, mentor: User, client: Client) -> None:
    marking.mark(attempt, "A-words", Judgement(2), by=mentor)

    answer = client.post(at("mark_draft", attempt), {"comment": "Late."}, follow=True)

    assert "This answer has its mark." in answer.content.decode()
    assert not MarkDraft.objects.exists()


def test_a_comment_is_inserted_once_without_scripts(
    course: Course, attempt: Attempt, mentor: User, client: Client
) -> None:
    phrase = phrases.keep("Name the mechanism.", by=mentor)
    for _click in range(2):
        client.post(at("mark_draft", attempt), {"comment": "Good start.", "level": "1", "insert": str(phrase.pk)})
    draft = MarkDraft.objects.get()

    assert (draft.comment, draft.level) == ("Good start.\nName the mechanism.", 1)
    somebody_elses = phrases.keep("Not yours.", by=make_course().mentor.user)
    client.post(at("mark_draft", attempt), {"comment": "x", "insert": str(somebody_elses.pk)})
    assert MarkDraft.objects.get().comment == "x"


def test_the_comment_of_a_mark_is_kept_for_later_on_request(
    course: Course, attempt: Attempt, mentor: User, client: Client
) -> None:
    client.post(at("mark", attempt), {"verdict": "mastered", "comment": "Clear.", "keep": "cohort"})

    (kept,) = ReusableComment.objects.all()
    assert (kept.text, kept.cohort) == ("Clear.", course.participant.cohort)


def test_what_was_typed_stays_when_level_and_button_disagree(attempt: Attempt, mentor: User, client: Client) -> None:
    page = client.post(at("mark", attempt), {"verdict": "mastered", "level": "0", "comment": "Kept words."})

    assert page.status_code == 422
    assert "Kept words.</textarea>" in page.content.decode()


@pytest.mark.parametrize("level", ["9", "x", "-1"])
def test_a_level_that_is_none_is_an_error_on_the_page(
    attempt: Attempt, mentor: User, client: Client, level: str
) -> None:
    assert client.post(at("mark", attempt), {"verdict": "mastered", "level": level}).status_code == 422
    assert client.post(at("mark_draft", attempt), {"level": level, "comment": "\x00a"}).status_code == 302
    assert MarkDraft.objects.get().comment == "a"


def test_a_mark_is_corrected_from_the_list_of_marks_given(attempt: Attempt, mentor: User, client: Client) -> None:
    marking.mark(attempt, "A-words", Judgement(1, "No."), by=mentor)
    assert at("correct_mark", attempt) in client.get(reverse("mastery:given")).content.decode()
    assert 'value="1" checked' in client.get(at("correct_mark", attempt)).content.decode()
    assert client.post(at("correct_mark", attempt), {"level": "2"}).status_code == 422

    client.post(at("correct_mark", attempt), {"level": "2", "comment": "Yes.", "reason": "I misread it."})

    assert [event.points for event in attempt.events.filter(item="A-words").order_by("pk")] == [1, 2]
    assert "corrected" in client.get(reverse("mastery:given")).content.decode()


def test_somebody_elses_mark_has_no_page_to_correct_it(
    course: Course, attempt: Attempt, mentor: User, client: Client
) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    marking.mark(attempt, "A-words", Judgement(1), by=organizer)

    assert client.get(at("correct_mark", attempt)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_marks_given_query_count(db: None, client: Client, django_assert_num_queries: Any, rows: int) -> None:
    course = make_course(ITEMS)
    for _row in range(rows):
        member = MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor)
        other = Course(member, course.mentor, course.version, course.modules, course.checks)
        marking.mark(other.take({"A-one": "4", "A-words": "a"}), "A-words", Judgement(1), by=course.mentor.user)
    client.force_login(course.mentor.user)

    with django_assert_num_queries(5):  # session, user, may teach, marks, roles for the links
        page = client.get(reverse("mastery:given"))

    assert len(page.context["events"]) == rows


def erased(user: User) -> Erasure:
    return privacy.PRIVACY.erase(Subject(user.email, user), now=user.date_joined)


def test_what_the_desk_stores_is_exported_and_erased(course: Course, attempt: Attempt, mentor: User) -> None:
    other = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR).user
    read_twice(course)
    marking.mark(attempt, "A-words", Judgement(1, "No."), by=mentor)
    attempt.refresh_from_db()
    second_marks.give(SecondMark.objects.get(), 1, "Nor did I.", by=other)
    disputing.open_one(attempt, "A-words", "It is in the last line.", by=course.user)
    phrases.keep("Clear.", by=mentor)
    MarkingConflict.objects.create(marker=mentor, person=other, reason="A friend.", by=mentor)

    learner = privacy.PRIVACY.export(Subject(course.user.email, course.user))
    marker = privacy.PRIVACY.export(Subject(mentor.email, mentor))
    assert [row["text"] for row in learner["words in disputes"]] == ["It is in the last line."]
    assert "Nor did I." not in str(learner)
    assert [row["text"] for row in marker["reusable comments"]] == ["Clear."]
    assert [row["reason"] for row in marker["marking conflicts"]] == ["A friend."]

    done = erased(course.user)
    assert done.erased["words in disputes"] == 1
    assert "disputes" in {one.what for one in done.kept}
    assert DisputeEntry.objects.get().text == "-"
    assert SecondMark.objects.get().comment == ""
    assert erased(mentor).erased["reusable comments"] == 1
    again = erased(course.user)
    assert again.erased == {}
    assert Dispute.objects.exists()


def test_nothing_of_the_desk_is_a_strangers(course: Course, attempt: Attempt, mentor: User) -> None:
    read_twice(course)
    marking.mark(attempt, "A-words", Judgement(1), by=mentor)  # nobody can read it a second time: its marker is nobody

    nobody = Subject("nobody@example.test", None)

    assert not any(privacy.PRIVACY.export(nobody).values())
    assert privacy.PRIVACY.erase(nobody, now=attempt.opened_at).erased == {}
    assert GradeEvent.objects.filter(item="A-words").exists()


def test_a_long_queue_is_cut_and_says_how_many_are_left(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every answer counts, also those of attempts that are not listed, and none that has its mark."""
    monkeypatch.setattr(desk, "MOST_ENTRIES", 2)
    both = {form: [written(f"{form}-why", "first"), written(f"{form}-how", "second")] for form in "AB"}
    course = make_course(both)
    taken = []
    for _row in range(4):
        member = MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor)
        other = Course(member, course.mentor, course.version, course.modules, course.checks)
        taken.append(other.take({"A-why": "a", "A-how": "b"}))
    marking.mark(taken[-1], "A-why", Judgement(2), by=course.mentor.user)
    client.force_login(course.mentor.user)

    page = client.get(reverse("mastery:desk"))

    assert (len(page.context["entries"]), page.context["left"]) == (4, 7)
    assert "7 answers wait for your mark" in page.content.decode()
    assert "The 4 oldest are listed." in page.content.decode()
