from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from applicants import applying, conflicts, interviews, pipeline, slots
from applicants.appointments import Booking, InterviewSlot
from applicants.choices import AssignmentOrigin, AssignmentState, BookingState, ConflictOrigin, DecisionCode, StageKind
from applicants.judgements import Assignment
from applicants.models import Application, Round
from applicants.return_links import token_of
from tests.applicants.conftest import in_threads, organizer_of
from tests.factories.applicants import ApplicationFactory, DecisionFactory, ReviewerFactory, RoundFactory
from tests.factories.appointments import BookingFactory, InterviewSlotFactory, at, stage_of
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.hours import Hours
from whitebox.web import feed

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MORNING = Hours(date(2026, 3, 29), time(1, 0), time(4, 0), minutes=30, pause=0, zone="Europe/Berlin")


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create()


def kinds() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


def applicant(round_: Round) -> Application:
    return at(StageKind.INTERVIEW, round_)


def test_hours_are_cut_by_the_clock_of_their_zone() -> None:
    # The clock of Berlin leaves out the hour from two to three on that day.
    assert [one.hour * 60 + one.minute for one in MORNING.starts()] == [0, 30, 60, 90]


def test_times_are_opened_once_and_never_overlap(round_: Round) -> None:
    reviewer = ReviewerFactory.create(round=round_)
    by, stage = reviewer.membership.user, stage_of(round_, StageKind.INTERVIEW)
    hours = Hours(date(2026, 3, 5), time(9), time(11), minutes=30, pause=10, zone="Asia/Manila")

    made = [len(slots.open_slots(reviewer, stage, hours, place="Room", by=by, now=NOW)) for _ in range(2)]
    with pytest.raises(RuleViolation, match="overlap"):
        slots.open_slots(
            reviewer, stage, Hours(hours.day, time(9, 15), time(10), 30, 0, "Asia/Manila"), place="Room", by=by, now=NOW
        )
    with pytest.raises(RuleViolation, match="future"):
        slots.open_slots(reviewer, stage, hours, place="Room", by=by, now=NOW + timedelta(days=9))

    assert made == [3, 0]
    first = InterviewSlot.objects.order_by("starts_at").first()
    assert first is not None
    assert first.starts_at == datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def test_booking_tells_both_and_puts_it_on_the_desk(letters: None, round_: Round) -> None:
    application, slot = applicant(round_), InterviewSlotFactory.create(round=round_)

    booked = [interviews.book(application, slot) for _ in range(2)]

    assert booked[0] == booked[1]
    reading = Assignment.objects.get()
    assert (reading.reviewer, reading.origin, reading.stage) == (
        slot.interviewer,
        AssignmentOrigin.BOOKING,
        application.stage,
    )
    assert kinds() == ["interview-booked", "interview-booked-staff"]


def test_a_time_is_moved_until_the_limit(letters: None, round_: Round) -> None:
    application = applicant(round_)
    offered = [InterviewSlotFactory.create(round=round_) for _ in range(4)]

    for slot in offered[:3]:
        interviews.book(application, slot)
    with pytest.raises(RuleViolation, match="as often as you can"):
        interviews.book(application, offered[3])

    states = Booking.objects.order_by("pk").values_list("slot", "state", "is_own_choice")
    assert list(states) == [
        (offered[0].pk, BookingState.CANCELLED, True),
        (offered[1].pk, BookingState.CANCELLED, True),
        (offered[2].pk, BookingState.BOOKED, False),
    ]
    open_ = Assignment.objects.filter(state=AssignmentState.OPEN)
    assert [one.reviewer for one in open_] == [offered[2].interviewer]
    assert kinds().count("interview-given-back-staff") == 2


def test_a_time_is_not_moved_shortly_before(letters: None, round_: Round) -> None:
    application = applicant(round_)
    soon = InterviewSlotFactory.create(round=round_, starts_at=timezone.now() + timedelta(hours=5))
    interviews.book(application, soon)

    with pytest.raises(RuleViolation, match="too close"):
        interviews.book(application, InterviewSlotFactory.create(round=round_))

    assert Booking.objects.get().state == BookingState.BOOKED


def test_nobody_books_who_has_a_conflict_or_is_elsewhere(letters: None, round_: Round) -> None:
    application, slot = applicant(round_), InterviewSlotFactory.create(round=round_)
    conflicts.record(slot.interviewer, application, origin=ConflictOrigin.DECLARED)

    assert not slots.free(application, timezone.now()).exists()
    with pytest.raises(RuleViolation, match="another one"):
        interviews.book(application, slot)
    with pytest.raises(RuleViolation, match="not at an interview"):
        interviews.book(ApplicationFactory.create(round=round_), slot)
    with pytest.raises(RuleViolation, match="another one"):
        interviews.book(applicant(RoundFactory.create()), slot)


def test_nobody_books_once_a_decision_is_released(letters: None, round_: Round) -> None:
    application, slot = applicant(round_), InterviewSlotFactory.create(round=round_)
    DecisionFactory.create(application=application, code=DecisionCode.DECLINE, released_at=timezone.now())

    with pytest.raises(RuleViolation, match="There is a decision"):
        interviews.book(application, slot)

    assert not Booking.objects.exists()


def test_an_interviewer_cancels_with_a_reason(letters: None, round_: Round) -> None:
    booking = interviews.book(applicant(round_), InterviewSlotFactory.create(round=round_))
    by = booking.slot.interviewer.membership.user
    with pytest.raises(RuleViolation, match="why"):
        slots.take_back(booking.slot, reason="", by=by)

    for _twice in range(2):
        slots.take_back(booking.slot, reason="I am ill.", by=by)

    booking.refresh_from_db()
    letter = Letter.objects.get(kind="interview-cancelled")
    assert (booking.state, booking.is_own_choice) == (BookingState.CANCELLED, False)
    assert "I am ill." in letter.text
    assert interviews.moves_left(booking.application) == interviews.MOVES


def test_who_did_not_come_books_again_once_they_may(letters: None, round_: Round) -> None:
    booking = interviews.book(applicant(round_), InterviewSlotFactory.create(round=round_))
    by, after = booking.slot.interviewer.membership.user, booking.slot.starts_at + timedelta(minutes=20)
    other = InterviewSlotFactory.create(round=round_, starts_at=after + timedelta(days=1))
    with pytest.raises(RuleViolation, match="not begun"):
        interviews.record(booking, BookingState.NO_SHOW, by=by)

    for _twice in range(2):
        interviews.record(booking, BookingState.NO_SHOW, by=by, now=after)
    with pytest.raises(RuleViolation, match="already"):
        interviews.record(booking, BookingState.HELD, by=by, now=after)
    with pytest.raises(RuleViolation, match="Write to the organizers"):
        interviews.book(booking.application, other, now=after)
    for _twice in range(2):
        interviews.let_book_again(booking, by=organizer_of(round_.cohort), now=after)

    assert interviews.book(booking.application, other, now=after).slot == other


def test_what_was_held_is_over(letters: None, round_: Round) -> None:
    booking = interviews.book(applicant(round_), InterviewSlotFactory.create(round=round_))
    after = booking.slot.starts_at + timedelta(minutes=20)
    interviews.record(booking, BookingState.HELD, by=booking.slot.interviewer.membership.user, now=after)

    with pytest.raises(RuleViolation, match="held"):
        interviews.book(
            booking.application,
            InterviewSlotFactory.create(round=round_, starts_at=after + timedelta(days=2)),
            now=after,
        )
    with pytest.raises(RuleViolation, match="did not come"):
        interviews.let_book_again(booking, by=organizer_of(round_.cohort), now=after)


@pytest.mark.parametrize("how", ["withdrawn", "moved"])
def test_a_time_falls_free_when_the_application_leaves(letters: None, round_: Round, how: str) -> None:
    booking = interviews.book(applicant(round_), InterviewSlotFactory.create(round=round_))
    if how == "withdrawn":
        applying.withdraw(booking.application)
    else:
        first = round_.form.stages.order_by("position")[0]
        pipeline.move(booking.application, first, by=organizer_of(round_.cohort), reason="Once more.")

    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert "interview-given-back-staff" in kinds()
    assert slots.free(applicant(round_), timezone.now()).exists()


def test_invitations_go_out_once(letters: None, round_: Round) -> None:
    found = [applicant(round_) for _ in range(2)]
    organizer = organizer_of(round_.cohort)

    counts = [interviews.invite(found[:count], by=organizer) for count in (1, 2)]
    with pytest.raises(RuleViolation, match="not at an interview"):
        interviews.invite([ApplicationFactory.create(round=round_)], by=organizer)

    assert (counts, kinds()) == ([1, 1], ["interview-invitation"] * 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_time_goes_to_one_of_many_at_the_same_moment(letters: None) -> None:
    round_ = RoundFactory.create()
    slot = InterviewSlotFactory.create(round=round_)
    found = [applicant(round_) for _ in range(6)]

    results = in_threads(*(lambda one=one: interviews.book(one, slot) for one in found))

    assert len([one for one in results if isinstance(one, RuleViolation)]) == 5
    assert Booking.objects.filter(state=BookingState.BOOKED).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_swap_times_at_the_same_moment_do_not_wait_for_each_other(letters: None) -> None:
    round_ = RoundFactory.create()
    offered = [InterviewSlotFactory.create(round=round_) for _ in range(3)]
    found = [applicant(round_) for _ in range(2)]
    for one, slot in zip(found, offered, strict=False):
        interviews.book(one, slot)

    in_threads(
        lambda: interviews.book(found[0], offered[1]),
        lambda: interviews.book(found[1], offered[0]),
        lambda: slots.take_back(offered[0], reason="Ill.", by=offered[0].interviewer.membership.user),
    )

    taken = Booking.objects.exclude(state=BookingState.CANCELLED).values_list("slot", flat=True)
    assert len(taken) == len(set(taken))


def address(application: Application, name: str) -> str:
    return reverse(f"applicants:{name}", args=[token_of(application)])


def test_an_applicant_books_from_their_own_page_by_their_own_clock(client: Client, letters: None) -> None:
    start = (timezone.now() + timedelta(days=4)).replace(hour=1, minute=0, second=0, microsecond=0)
    slot = InterviewSlotFactory.create(starts_at=start)
    application = ApplicationFactory.create(
        round=slot.round, stage=slot.stage, parts__zone="Europe/Berlin", parts__email="ana@example.test"
    )
    shown = client.get(address(application, "interview")).content.decode()

    client.post(address(application, "interview"), {"slot": slot.pk})
    booked = client.get(address(application, "interview")).content.decode()
    calendar = Calendar.from_ical(client.get(address(application, "interview_file")).content)

    assert "Europe/Berlin" in shown
    assert "Room 304" not in shown
    assert "Room 304" in booked
    event = calendar.walk("VEVENT")[0]
    assert (event.decoded("DTSTART"), str(event["LOCATION"])) == (start, "Room 304")
    assert token_of(application) not in calendar.to_ical().decode()


def test_an_interview_stands_in_the_calendar_of_the_interviewer(letters: None, round_: Round) -> None:
    booking = interviews.book(applicant(round_), InterviewSlotFactory.create(round=round_))
    host = booking.slot.interviewer.membership.user
    before = Calendar.from_ical(feed.ical(host)).walk("VEVENT")[0]
    slots.take_back(booking.slot, reason="Ill.", by=host)
    after = Calendar.from_ical(feed.ical(host)).walk("VEVENT")[0]

    assert booking.application.code in str(before["SUMMARY"])
    assert (before["UID"], before["STATUS"]) == (after["UID"], "CONFIRMED")
    assert after["STATUS"] == "CANCELLED"
    assert after.decoded("SEQUENCE") > before.decoded("SEQUENCE")


def test_an_interviewer_works_from_one_page(client: Client, letters: None, round_: Round) -> None:
    reviewer = ReviewerFactory.create(round=round_)
    stage = stage_of(round_, StageKind.INTERVIEW)
    client.force_login(reviewer.membership.user)
    page = reverse("admin:applicants_interviews")
    day = (timezone.now() + timedelta(days=3)).date().isoformat()
    given = {"stage": stage.pk, "day": day, "first": "09:00", "last": "10:00", "minutes": 30, "pause": 0}

    client.post(page, {**given, "zone": "Asia/Manila", "place": "Room 1"})
    booked = interviews.book(applicant(round_), InterviewSlot.objects.order_by("starts_at")[0])
    text = client.get(page).content.decode()
    InterviewSlot.objects.filter(pk=booked.slot_id).update(starts_at=timezone.now() - timedelta(minutes=40))
    led = client.post(reverse("admin:applicants_interview_record", args=[booked.pk]), {"state": "held"})
    desk = client.get(led.headers["Location"]).content.decode()

    assert booked.application.code in text
    assert "What went wrong?" in desk
    assert "Ana Applicant" in desk


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_interviews_have_a_fixed_number_of_queries(
    client: Client, letters: None, round_: Round, rows: int, django_assert_num_queries: object
) -> None:
    reviewer = ReviewerFactory.create(round=round_)
    for _ in range(rows):
        BookingFactory.create(slot=InterviewSlotFactory.create(round=round_, interviewer=reviewer))
        InterviewSlotFactory.create(round=round_, interviewer=reviewer)
    application = applicant(round_)

    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get(address(application, "interview"))
    client.force_login(reviewer.membership.user)
    with django_assert_num_queries(9):  # type: ignore[operator]
        client.get(reverse("admin:applicants_interviews"))
    client.force_login(organizer_of(round_.cohort))
    with django_assert_num_queries(10):  # type: ignore[operator]
        client.get(reverse("admin:applicants_round_interviews", args=[round_.slug]))


def test_somebody_elses_times_are_not_found(client: Client, letters: None, round_: Round) -> None:
    booking = interviews.book(applicant(round_), InterviewSlotFactory.create(round=round_))
    client.force_login(ReviewerFactory.create(round=round_).membership.user)

    answers = [
        client.post(reverse("admin:applicants_interview_take_back", args=[booking.slot_id]), {"reason": "x"}),
        client.post(reverse("admin:applicants_interview_record", args=[booking.pk]), {"state": "held"}),
    ]

    assert [one.status_code for one in answers] == [404, 404]
