"""A learner disputes a mark once, the marker answers, an organizer decides, each by a time; nothing is lowered."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mastery import conflicts, disputing, invariants, ledger, marking, reminders
from mastery.choices import DisputeState, EntryKind
from mastery.disputing import Ruling
from mastery.judgements import Dispute
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent
from tests.factories.mastery import Course, make_course, numeric, written
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox import letters
from whitebox.outbox.models import Letter
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User

ITEMS = {form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"}


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


@pytest.fixture
def organizer(course: Course) -> User:
    return MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user


@pytest.fixture
def attempt(course: Course) -> Attempt:
    taken = course.take({"A-one": "4", "A-words": "Because."})
    marking.mark(taken, "A-words", Judgement(1, "Not the mechanism."), by=course.mentor.user)
    taken.refresh_from_db()
    return taken


def disputed(course: Course, attempt: Attempt) -> Dispute:
    return disputing.open_one(attempt, "A-words", "It is in the last line.", by=course.user)


def answered(course: Course, attempt: Attempt) -> Dispute:
    return disputing.answer(disputed(course, attempt), "It names it only.", by=course.mentor.user)


def test_a_dispute_is_opened_once_and_the_marker_is_told(course: Course, attempt: Attempt, organizer: User) -> None:
    first = disputed(course, attempt)
    again = disputing.open_one(attempt, "A-words", "Another reason.", by=course.user)

    assert again == first
    assert [entry.text for entry in first.entries.all()] == ["It is in the last line."]
    assert first.due_at - first.opened_at == timedelta(hours=48)
    assert [one.recipient for one in Letter.objects.filter(kind="dispute-opened")] == [course.mentor.user]
    assert list(disputing.to_answer(course.mentor.user)) == [first]


@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
def test_a_dispute_needs_a_reason(course: Course, attempt: Attempt, text: str) -> None:
    with pytest.raises(RuleViolation, match="Give a reason"):
        disputing.open_one(attempt, "A-words", text, by=course.user)


def test_only_the_learner_disputes_and_only_marks_by_people_below_full_points(course: Course, attempt: Attempt) -> None:
    with pytest.raises(RuleViolation, match="whose work it is"):
        disputing.open_one(attempt, "A-words", "No.", by=course.mentor.user)
    for item in ("A-one", "nothing"):
        with pytest.raises(RuleViolation, match="can be disputed for 14 days"):
            disputing.open_one(attempt, item, "No.", by=course.user)
    event = GradeEvent.objects.get(item="A-words")
    marking.correct(event, Judgement(2), by=course.mentor.user, reason="It is there.")
    with pytest.raises(RuleViolation, match="where points are missing"):
        disputed(course, attempt)


def test_a_mark_of_three_weeks_ago_is_not_disputed(course: Course, attempt: Attempt) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=15)), pytest.raises(RuleViolation, match="14 days"):
        disputed(course, attempt)


def test_a_marker_who_left_is_not_waited_for(course: Course, attempt: Attempt, organizer: User) -> None:
    Membership.objects.filter(pk=course.mentor.pk).update(state=MembershipState.WITHDRAWN)

    dispute = disputed(course, attempt)

    assert dispute.state == DisputeState.ESCALATED
    assert list(disputing.to_decide(organizer)) == [dispute]
    assert not Letter.objects.filter(kind="dispute-opened").exists()


def test_the_marker_answers_once_and_then_an_organizer_decides(
    course: Course, attempt: Attempt, organizer: User
) -> None:
    dispute = answered(course, attempt)
    disputing.answer(dispute, "Once more.", by=course.mentor.user)

    assert dispute.state == DisputeState.ANSWERED
    assert [entry.kind for entry in dispute.entries.all()] == [EntryKind.REASON, EntryKind.ANSWER]
    with pytest.raises(RuleViolation, match="gave the mark"):
        disputing.answer(dispute, "I think so, too.", by=organizer)
    assert list(disputing.to_decide(organizer)) == [dispute]


def test_a_decision_waits_for_the_answer_or_its_time(course: Course, attempt: Attempt, organizer: User) -> None:
    dispute = disputed(course, attempt)
    with pytest.raises(RuleViolation, match="still has time"):
        disputing.decide(dispute, Ruling(2, "Yes."), by=organizer)

    later = dispute.due_at + timedelta(minutes=1)
    assert [disputing.escalate(moment) for moment in (timezone.now(), later, later)] == [0, 1, 0]
    disputing.decide(dispute, Ruling(2, "Yes."), by=organizer)

    dispute.refresh_from_db()
    assert dispute.state == DisputeState.CHANGED


def test_a_late_answer_is_still_heard(course: Course, attempt: Attempt, organizer: User) -> None:
    dispute = disputed(course, attempt)
    disputing.escalate(dispute.due_at)

    disputing.answer(dispute, "I was ill.", by=course.mentor.user)

    dispute.refresh_from_db()
    assert dispute.state == DisputeState.ESCALATED
    assert dispute.entries.filter(kind=EntryKind.ANSWER).exists()


def test_a_decision_raises_the_mark_and_is_told_once(course: Course, attempt: Attempt, organizer: User) -> None:
    dispute = answered(course, attempt)
    Letter.objects.all().delete()

    for _click in range(2):
        disputing.decide(dispute, Ruling(2, "The last line says it."), by=organizer)

    dispute.refresh_from_db()
    assert dispute.outcome is not None
    assert (dispute.state, dispute.outcome.points, dispute.decided_by) == (DisputeState.CHANGED, 2, organizer)
    assert course.participant.mastered.filter(objective__slug="second").exists()
    (letter,) = Letter.objects.all()
    assert (letter.kind, letter.recipient) == ("dispute-decided", course.user)
    assert "The last line says it." in letter.text
    assert ledger.stored(course.participant) == ledger.replay(course.participant)


def test_a_lower_level_leaves_the_mark_by_default(course: Course, attempt: Attempt, organizer: User) -> None:
    dispute = disputing.decide(answered(course, attempt), Ruling(0, "It says less than that."), by=organizer)

    assert (dispute.state, dispute.outcome) == (DisputeState.KEPT, None)
    assert ledger.points_of(attempt.events.all())["A-words"] == 1


def test_a_mark_is_lowered_on_purpose_only(course: Course, attempt: Attempt, organizer: User) -> None:
    disputing.decide(answered(course, attempt), Ruling(0, "It is copied.", may_lower=True), by=organizer)

    assert ledger.points_of(attempt.events.all())["A-words"] == 0


def test_neither_the_marker_nor_a_mentor_nor_a_conflicted_organizer_decides(
    course: Course, attempt: Attempt, organizer: User
) -> None:
    dispute = answered(course, attempt)
    mentor = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR).user
    conflicted = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    conflicts.declare(conflicted, course.participant, reason="Married.", by=conflicted)

    for one in (course.mentor.user, mentor, conflicted, course.user):
        with pytest.raises(RuleViolation, match="decides this"):
            disputing.decide(dispute, Ruling(2, "Yes."), by=one)
        assert dispute not in disputing.to_decide(one)


def test_where_the_only_organizer_gave_the_mark_a_mentor_decides(course: Course, organizer: User) -> None:
    mentor = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR).user
    taken = course.take({"A-one": "4", "A-words": "Because."})
    marking.mark(taken, "A-words", Judgement(1), by=organizer)
    taken.refresh_from_db()
    dispute = disputing.answer(disputed(course, taken), "No.", by=organizer)

    assert set(disputing.deciders(dispute)) == {mentor, course.mentor.user}
    assert list(disputing.to_decide(mentor)) == [dispute]
    disputing.decide(dispute, Ruling(2, "Yes."), by=mentor)


def test_while_it_is_disputed_a_marker_raises_but_does_not_lower(course: Course, attempt: Attempt) -> None:
    dispute = disputed(course, attempt)
    event = GradeEvent.objects.get(item="A-words")

    with pytest.raises(RuleViolation, match="raised now, but not lowered"):
        marking.correct(event, Judgement(0), by=course.mentor.user, reason="Now less.")
    marking.correct(event, Judgement(2), by=course.mentor.user, reason="They are right.")

    dispute.refresh_from_db()
    assert dispute.state == DisputeState.OPEN


def kinds(now: Any) -> list[tuple[str, User]]:
    return [(one.kind, one.to) for one in reminders.due(now) if one.kind.startswith("dispute")]  # type: ignore[misc]


def test_each_side_is_reminded_and_lateness_escalates(course: Course, attempt: Attempt, organizer: User) -> None:
    dispute = disputed(course, attempt)
    opened, mentor = dispute.opened_at, course.mentor.user

    assert kinds(opened + timedelta(hours=20)) == []
    assert kinds(opened + timedelta(hours=25)) == [("dispute-due", mentor)]
    disputing.escalate(opened + timedelta(hours=49))
    assert kinds(opened + timedelta(hours=49)) == [("dispute-to-decide", organizer)]
    first = list(reminders.due(opened + timedelta(hours=50)))
    late = list(reminders.due(opened + timedelta(hours=49 + 73)))
    wanted = [one for one in first + first + late if one.kind == "dispute-to-decide"]
    assert letters.queue_all(wanted) == 2  # their turn, and once more when it is late


def test_invariants_find_a_dispute_that_its_marker_decided(course: Course, attempt: Attempt, organizer: User) -> None:
    disputing.decide(answered(course, attempt), Ruling(2, "Yes."), by=organizer)
    assert [one.name for one in invariants.INVARIANTS if one.broken().exists()] == []

    Dispute.objects.update(decided_by=course.mentor.user)

    assert [one.name for one in invariants.INVARIANTS if one.broken().exists()] == [
        "a dispute is about one mark and decided by somebody else"
    ]


def test_a_dispute_is_played_through_its_pages(
    course: Course, attempt: Attempt, organizer: User, client: Client
) -> None:
    client.force_login(course.user)
    result = client.get(reverse("mastery:attempt", args=[attempt.pk])).content.decode()
    address = reverse("mastery:open_dispute", args=[attempt.pk, "A-words"])
    assert address in result
    assert client.post(address, {"text": " "}).status_code == 422
    opened = client.post(address, {"text": "It is in the last line."})
    page = opened.headers["Location"]
    assert client.get(address).headers["Location"] == page
    assert "Your answer</h2>" not in client.get(page).content.decode()

    client.force_login(course.mentor.user)
    assert "Read and answer" in client.get(reverse("mastery:desk")).content.decode()
    dispute = Dispute.objects.get()
    assert client.post(reverse("mastery:answer_dispute", args=[dispute.pk]), {"text": ""}).status_code == 422
    client.post(reverse("mastery:answer_dispute", args=[dispute.pk]), {"text": "It names it only."})
    ruling = {"level": "2", "reason": "The last line says it."}
    assert client.post(reverse("mastery:decide_dispute", args=[dispute.pk]), ruling).status_code == 404

    client.force_login(organizer)
    assert client.post(reverse("mastery:decide_dispute", args=[dispute.pk]), {"level": "2"}).status_code == 422
    after = client.post(reverse("mastery:decide_dispute", args=[dispute.pk]), ruling, follow=True).content.decode()
    assert "decided: the mark was changed" in after
    assert "now 2" in after

    client.force_login(UserFactory.create())
    assert client.get(page).status_code == 404
