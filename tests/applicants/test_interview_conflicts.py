"""A conflict of interest that is found once an interview is booked ends the sight of it, on every way."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from applicants import calendar, conflicts, interviews, invariants, reminders, reviewing, slots
from applicants.appointments import Booking
from applicants.choices import AssignmentState, BookingState, ConflictOrigin, StageKind
from applicants.judgements import Assignment, ConflictOfInterest
from applicants.models import Identity, Round
from applicants.return_links import token_of
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ReviewerFactory, RoundFactory
from tests.factories.appointments import InterviewSlotFactory, at
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role

NOW = timezone.now()


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create()


@pytest.fixture
def booking(letters: None, round_: Round) -> Booking:
    return interviews.book(at(StageKind.INTERVIEW, round_), InterviewSlotFactory.create(round=round_))


def part(booking: Booking) -> None:
    conflicts.record(booking.slot.interviewer, booking.application, origin=ConflictOrigin.PINNED, reason="Cousins.")


def kinds() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


def test_the_interviewer_loses_every_sight_of_it(client: Client, booking: Booking) -> None:
    user = booking.slot.interviewer.membership.user
    client.force_login(user)
    code = booking.application.code
    pages = [reverse("admin:applicants_interviews"), reverse("admin:applicants_desk")]
    scores = reverse("admin:applicants_desk_read", args=[code])
    assert code in client.get(pages[0]).content.decode()
    assert client.get(scores).status_code == 200

    part(booking)

    assert [code in client.get(page).content.decode() for page in pages] == [False, False]
    assert client.get(scores).status_code == 404
    assert list(calendar.items(user)) == []
    assert slots.of_interviewer(user, NOW)[0][1] is None
    assert Assignment.objects.get().state == AssignmentState.RECUSED
    assert list(reminders.interviews_ahead(booking.slot.starts_at - timedelta(hours=20))) == []
    assert not invariants.booked_with_a_conflict().exists()


def test_the_applicant_is_told_calmly_and_books_another(client: Client, booking: Booking, round_: Round) -> None:
    other = InterviewSlotFactory.create(round=round_)
    part(booking)
    page = reverse("applicants:interview", args=[token_of(booking.application)])

    shown = client.get(page).content.decode()
    client.post(page, {"slot": booking.slot_id})
    client.post(page, {"slot": other.pk})

    assert "Somebody else of us will talk with you" in shown
    assert "conflict" not in shown
    letter = Letter.objects.get(kind="interview-cancelled")
    assert "It is nothing you did" in letter.text
    assert "Cousins" not in letter.text
    booked = Booking.objects.get(state=BookingState.BOOKED)
    assert booked.slot == other
    assert interviews.moves_left(booking.application) == interviews.MOVES


def test_the_time_is_free_for_others_and_says_not_whose_it_was(booking: Booking, round_: Round) -> None:
    part(booking)

    assert booking.slot in slots.free(at(StageKind.INTERVIEW, round_), NOW)
    assert booking.slot not in slots.free(booking.application, NOW)
    told = Letter.objects.get(kind="interview-given-back-staff")
    assert booking.application.code not in told.subject + told.text + str(told.attachments)


def test_twice_tells_once_and_what_waited_does_not_leave(booking: Booking) -> None:
    part(booking)
    part(booking)

    assert kinds() == [
        "interview-booked",
        "interview-booked-staff",
        "interview-cancelled",
        "interview-given-back-staff",
    ]
    assert Letter.objects.get(kind="interview-booked-staff").state == LetterState.CANCELLED
    assert Letter.objects.get(kind="interview-booked").state == LetterState.APPROVED


def test_a_conflict_that_is_detected_ends_it_too(booking: Booking) -> None:
    host = booking.slot.interviewer.membership.user
    Identity.objects.filter(application=booking.application).update(relations=host.email)

    assert conflicts.detect_of_application(booking.application) == 1

    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED


def test_stepping_back_ends_it_too(booking: Booking) -> None:
    reading = Assignment.objects.get()

    reviewing.recuse(reading, reason="My student.", by=reading.reviewer.membership.user)

    booking.refresh_from_db()
    reading.refresh_from_db()
    assert (booking.state, reading.state, reading.reason) == (
        BookingState.CANCELLED,
        AssignmentState.RECUSED,
        "My student.",
    )


def test_another_right_of_the_same_person_counts(booking: Booking, round_: Round) -> None:
    """The conflict is of the person: it stands with the reviewer they are by another membership."""
    user = booking.slot.interviewer.membership.user
    second = MembershipFactory.create(cohort=round_.cohort, role=Role.ORGANIZER, user=user)
    other = ReviewerFactory.create(round=round_, membership=second)

    conflicts.record(other, booking.application, origin=ConflictOrigin.PINNED)

    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert Assignment.objects.get().state == AssignmentState.RECUSED


def test_what_has_begun_cannot_be_recorded_by_a_conflict(client: Client, booking: Booking) -> None:
    host = booking.slot.interviewer
    ConflictOfInterest.objects.create(reviewer=host, application=booking.application, origin=ConflictOrigin.DETECTED)
    later = booking.slot.starts_at + timedelta(minutes=5)
    client.force_login(host.membership.user)

    with pytest.raises(RuleViolation, match="conflict of interest"):
        interviews.record(booking, BookingState.HELD, by=host.membership.user, now=later)
    answer = client.post(reverse("admin:applicants_interview_record", args=[booking.pk]), {"state": "held"})

    assert answer.status_code == 404
    booking.refresh_from_db()
    assert booking.state == BookingState.BOOKED


def test_a_talk_that_was_held_with_a_conflict_can_be_had_again(client: Client, booking: Booking, round_: Round) -> None:
    host = booking.slot.interviewer.membership.user
    interviews.record(booking, BookingState.HELD, by=host, now=booking.slot.starts_at + timedelta(hours=1))
    part(booking)
    client.force_login(organizer_of(round_.cohort))
    page = reverse("admin:applicants_round_interviews", args=[round_.slug])

    shown = client.get(page).content.decode()
    for _twice in range(2):
        client.post(reverse("admin:applicants_interview_again", args=[round_.slug, booking.pk]))

    assert "Whoever held it has a conflict of interest" in shown
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert "on our side" in Letter.objects.get(kind="interview-cancelled").text


def test_a_talk_that_counts_is_not_had_again(booking: Booking, round_: Round) -> None:
    host = booking.slot.interviewer.membership.user
    interviews.record(booking, BookingState.HELD, by=host, now=booking.slot.starts_at + timedelta(hours=1))

    with pytest.raises(RuleViolation, match="did not come"):
        interviews.let_book_again(booking, by=organizer_of(round_.cohort))


def test_the_organizer_reads_who_has_nobody_to_talk_with(client: Client, booking: Booking, round_: Round) -> None:
    client.force_login(organizer_of(round_.cohort))
    page = reverse("admin:applicants_round_interviews", args=[round_.slug])
    part(booking)

    alone = client.get(page)
    InterviewSlotFactory.create(round=round_)
    after = client.get(page)

    assert alone.context["stuck"] == [booking.application.code]
    assert "Ask another reviewer to open times" in alone.content.decode()
    assert "Somebody else of us will talk with you" in alone.content.decode()
    assert after.context["stuck"] == []


def test_an_organizer_with_a_conflict_does_not_let_book_again(client: Client, booking: Booking, round_: Round) -> None:
    organizer = organizer_of(round_.cohort)
    own = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    conflicts.record(own, booking.application, origin=ConflictOrigin.PINNED)
    client.force_login(organizer)

    answer = client.post(reverse("admin:applicants_interview_again", args=[round_.slug, booking.pk]))

    assert answer.status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_interviews_has_a_fixed_number_of_queries(
    client: Client, letters: None, round_: Round, rows: int, django_assert_num_queries: object
) -> None:
    for place in range(rows):
        made = interviews.book(at(StageKind.INTERVIEW, round_), InterviewSlotFactory.create(round=round_))
        if place % 2:
            part(made)
    client.force_login(organizer_of(round_.cohort))

    with django_assert_num_queries(10):  # type: ignore[operator]
        client.get(reverse("admin:applicants_round_interviews", args=[round_.slug]))


def event(letter: Letter) -> tuple[str, dict[str, object]]:
    (kept,) = letter.attachments
    read = Calendar.from_ical(kept["content"])
    (found,) = read.walk("VEVENT")
    assert kept["parameters"] == {"method": read["method"]}
    facts = {name: str(found[name]) for name in ("uid", "status", "attendee", "organizer")}
    return str(read["method"]), facts | {"sequence": int(str(found["sequence"])), "start": found.decoded("dtstart")}


def last(kind: str) -> Letter:
    found = Letter.objects.filter(kind=kind).order_by("pk").last()
    assert found is not None
    return found


def test_letters_to_the_applicant_change_one_item_of_their_calendar(booking: Booking, round_: Round) -> None:
    application = booking.application
    moved_to, then = (InterviewSlotFactory.create(round=round_) for _ in range(2))
    asked = event(last("interview-booked"))
    interviews.book(application, moved_to)
    moved = event(last("interview-booked"))
    slots.take_back(moved_to, reason="Ill.", by=moved_to.interviewer.membership.user)
    called_off = event(last("interview-cancelled"))
    interviews.book(application, then)
    again = event(last("interview-booked"))

    told = [asked, moved, called_off, again]
    assert [method for method, _facts in told] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST"]
    assert {facts["uid"] for _method, facts in told} == {f"interview-talk-{application.code}@whitebox"}
    sequence = [facts["sequence"] for _method, facts in told]
    assert sequence == sorted(set(sequence))  # type: ignore[type-var]  # numbers
    assert moved[1]["start"] == moved_to.starts_at.replace(microsecond=0)
    assert asked[1]["attendee"] == f"mailto:{application.identity.email}"
    assert [facts["status"] for _method, facts in told] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]


def test_letters_to_the_interviewer_bear_the_id_of_their_feed(booking: Booking, round_: Round) -> None:
    host = booking.slot.interviewer.membership.user
    (item,) = calendar.items(host)
    booked = event(last("interview-booked-staff"))
    slots.take_back(booking.slot, reason="Ill.", by=host)
    called_off = event(last("interview-called-off-staff"))

    assert booked[1]["uid"] == called_off[1]["uid"] == f"{item.uid}-{host.pk}@whitebox"
    assert (booked[0], called_off[0]) == ("REQUEST", "CANCEL")
    assert called_off[1]["sequence"] > booked[1]["sequence"]  # type: ignore[operator]  # numbers


def test_whoever_withdraws_gets_it_out_of_their_calendar(booking: Booking) -> None:
    interviews.let_fall(booking.application)

    assert event(last("interview-ended"))[0] == "CANCEL"
    assert event(last("interview-given-back-staff"))[0] == "CANCEL"


def test_the_file_of_the_page_is_the_item_of_the_letter(client: Client, booking: Booking) -> None:
    file = client.get(reverse("applicants:interview_file", args=[token_of(booking.application)]))

    (found,) = Calendar.from_ical(file.content).walk("VEVENT")
    asked = event(last("interview-booked"))[1]
    assert (str(found["uid"]), int(str(found["sequence"]))) == (asked["uid"], asked["sequence"])
