import re
import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import apprise
import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from tests.factories.outbox import LetterFactory, LetterTemplateFactory
from tests.factories.people import CohortFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox import delivery, letters, rendering
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Channel, Letter
from whitebox.people.models import User
from whitebox.programme.demonstration import SHIPPED_PACK

Capture = Callable[..., Any]


def test_queue_sends_after_commit(db: None, django_capture_on_commit_callbacks: Capture) -> None:
    LetterTemplateFactory.create(kind="offer", subject="For {{ person_name }}", body="Hello **{{ person_name }}**.")
    reader = UserFactory.create(name="Ana")

    with django_capture_on_commit_callbacks(execute=True):
        letters.queue(letters.Request("offer", "offer:1", reader))
        assert mail.outbox == []

    assert [(one.subject, one.to) for one in mail.outbox] == [("For Ana", [reader.email])]
    assert Letter.objects.get().state == LetterState.SENT


def test_queue_twice_sends_once(db: None, django_capture_on_commit_callbacks: Capture) -> None:
    LetterTemplateFactory.create(kind="offer")
    reader = UserFactory.create()

    with django_capture_on_commit_callbacks(execute=True):
        first = letters.queue(letters.Request("offer", "offer:1", reader))
        second = letters.queue(letters.Request("offer", "offer:1", reader))

    assert first == second
    assert len(mail.outbox) == 1


def test_queue_refuses_an_unknown_kind(db: None) -> None:
    with pytest.raises(RuleViolation, match="no letter template"):
        letters.queue(letters.Request("nothing", "k", UserFactory.create()))


def test_queue_all_skips_known_keys(db: None) -> None:
    LetterTemplateFactory.create(kind="offer")
    reader = UserFactory.create()
    letters.queue(letters.Request("offer", "a", reader))

    letters.queue_all([letters.Request("offer", key, reader) for key in ("a", "b", "b")])

    assert sorted(Letter.objects.values_list("dedup_key", flat=True)) == ["a", "b"]


@pytest.mark.parametrize("before", ["", "https://a.test ", "https://a.test/"])
def test_a_name_cannot_become_a_link(db: None, before: str) -> None:
    LetterTemplateFactory.create(kind="offer", body="Hello {{ person_name }}.")

    letter = letters.queue(letters.Request("offer", "k", UserFactory.create(name=f"{before}[gold](https://evil.test)")))

    assert "<a" not in letter.html
    assert "[gold](https://evil.test)" in letter.text


def test_send_twice_leaves_one_mail(db: None) -> None:
    letter = LetterFactory.create()

    delivery.send(letter.pk)
    delivery.send(letter.pk)

    assert len(mail.outbox) == 1


def test_send_marks_a_refused_letter_as_failed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EmailMultiAlternatives, fail_silently: bool = False) -> int:
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    letter = LetterFactory.create()

    delivery.send(letter.pk)

    letter.refresh_from_db()
    assert (letter.state, letter.error) == (LetterState.FAILED, "SMTPRecipientsRefused")


def test_send_marks_an_unknown_outcome_as_uncertain_and_never_repeats_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def answer_too_late(self: EmailMultiAlternatives, fail_silently: bool = False) -> int:
        calls.append(1)
        raise TimeoutError

    monkeypatch.setattr(EmailMultiAlternatives, "send", answer_too_late)
    letter = LetterFactory.create()

    delivery.send(letter.pk)
    delivery.send(letter.pk)

    letter.refresh_from_db()
    assert (letter.state, calls) == (LetterState.UNCERTAIN, [1])


def test_a_worker_that_vanished_leaves_an_uncertain_letter(db: None) -> None:
    letter, now = LetterFactory.create(), timezone.now()
    letters.claim(letter.pk, now=now)

    letters.give_up_leases(now + letters.LEASE + timedelta(seconds=1))

    letter.refresh_from_db()
    assert letter.state == LetterState.UNCERTAIN


def test_a_late_answer_to_a_lost_lease_is_dropped(db: None) -> None:
    letter, now = LetterFactory.create(), timezone.now()
    claimed = letters.claim(letter.pk, now=now)
    letters.give_up_leases(now + letters.LEASE + timedelta(seconds=1))

    assert claimed is not None
    letters.record(claimed, LetterState.SENT)

    letter.refresh_from_db()
    assert letter.state == LetterState.UNCERTAIN


def test_send_again_takes_a_person_to_decide(db: None, django_capture_on_commit_callbacks: Capture) -> None:
    letter = LetterFactory.create(state=LetterState.UNCERTAIN)

    with django_capture_on_commit_callbacks(execute=True):
        letters.send_again(letter, by=UserFactory.create())

    assert len(mail.outbox) == 1
    with pytest.raises(RuleViolation, match="uncertain"):
        letters.send_again(letter, by=UserFactory.create())


def test_approve_lets_a_draft_leave_once(db: None, django_capture_on_commit_callbacks: Capture) -> None:
    letter, organizer = LetterFactory.create(state=LetterState.DRAFT), UserFactory.create()

    with django_capture_on_commit_callbacks(execute=True):
        letters.approve(letter, by=organizer)
        letters.approve(letter, by=organizer)

    assert len(mail.outbox) == 1


def test_cancel_refuses_what_has_left(db: None) -> None:
    letter = LetterFactory.create()
    delivery.send(letter.pk)

    with pytest.raises(RuleViolation, match="has left"):
        letters.cancel(letter, by=UserFactory.create())


def test_a_letter_to_a_channel_is_posted_there_and_mailed_to_nobody(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Capture
) -> None:
    LetterTemplateFactory.create(kind="channel-trial", subject="Trial")
    channel = Channel.objects.create(cohort=CohortFactory.create(), title="Room", address="json://127.0.0.1:9/")
    posted: list[str] = []

    def notify(self: object, title: str, body: str) -> bool:
        posted.append(title)
        return True

    monkeypatch.setattr(apprise.Apprise, "notify", notify)

    with django_capture_on_commit_callbacks(execute=True):
        letters.queue(letters.Request("channel-trial", "k", channel))

    assert (posted, mail.outbox) == (["Trial"], [])
    assert Letter.objects.get().state == LetterState.SENT


def test_a_channel_whose_address_cannot_be_read_is_not_sent(db: None) -> None:
    channel = Channel.objects.create(cohort=CohortFactory.create(), title="Room", address="nonsense")
    letter = LetterFactory.create(channel=channel, address="")

    delivery.send(letter.pk)

    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED


NIGHT, MORNING = datetime(2026, 10, 12, 15, tzinfo=UTC), datetime(2026, 10, 12, 23, tzinfo=UTC)  # 23:00, 07:00 Manila


def reminder(reader: User, at: datetime, **more: Any) -> letters.Request:
    reader.refresh_from_db()
    return letters.Request("nudge", "nudge:1", reader, due_at=at, **more)


def test_a_reminder_to_who_sleeps_is_asked_for_again_in_the_morning(db: None) -> None:
    LetterTemplateFactory.create(kind="nudge")
    reader = UserFactory.create(zone="Asia/Manila", quiet_from=time(22), quiet_until=time(7))

    written = [letters.queue_all([reminder(reader, at)]) for at in (NIGHT, MORNING, MORNING)]

    assert written == [0, 1, 0]
    assert Letter.objects.get().due_at == MORNING


@pytest.mark.parametrize("more", [{"is_urgent": True}, {"due_at": None}])
def test_urgent_letters_and_answers_leave_at_night(db: None, more: dict[str, Any]) -> None:
    LetterTemplateFactory.create(kind="nudge")
    reader = UserFactory.create(zone="Asia/Manila", quiet_from=time(22), quiet_until=time(7))

    assert letters.queue_all([replace(reminder(reader, NIGHT), **more)]) == 1


def test_what_was_called_back_can_become_true_again_and_leaves_once(
    db: None, django_capture_on_commit_callbacks: Capture
) -> None:
    LetterTemplateFactory.create(kind="nudge")
    reader, organizer = UserFactory.create(), UserFactory.create()
    letters.queue_all([reminder(reader, MORNING, about="thing:1")])

    counts = [letters.call_back(letters.about(["thing:1"]), by=organizer) for _time in range(2)]
    again = letters.queue_all([reminder(reader, MORNING, about="thing:1")])
    for letter in Letter.objects.all():
        delivery.send(letter.pk)

    assert (counts, again) == ([1, 0], 1)
    assert sorted(Letter.objects.values_list("state", flat=True)) == [LetterState.CANCELLED, LetterState.SENT]
    assert len(mail.outbox) == 1


def test_calling_back_leaves_what_is_on_its_way_and_what_a_person_stopped(db: None) -> None:
    organizer = UserFactory.create()
    stopped = LetterFactory.create(about="thing:1", dedup_key="a")
    leaving = LetterFactory.create(about="thing:1", dedup_key="b")
    letters.cancel(stopped, by=organizer)
    letters.claim(leaving.pk, now=timezone.now())

    assert letters.call_back(letters.about(["thing:1"]), by=organizer) == 0
    assert set(Letter.objects.values_list("dedup_key", flat=True)) == {"a", "b"}


def test_a_list_is_drawn_as_a_list_in_both_forms(db: None) -> None:
    LetterTemplateFactory.create(kind="offer", body="This waits:\n\n{{ items }}\n\nGood luck.")
    items = ["Week 1: *gradients*", "1. not a number", "two\nlines"]

    letter = letters.queue(letters.Request("offer", "k", UserFactory.create(), {"items": items}))

    assert letter.text == "This waits:\n\n- Week 1: *gradients*\n- 1. not a number\n- two\n  lines\n\nGood luck.\n"
    assert re.findall(r"<li>\s*(.*?)\s*</li>", letter.html, re.DOTALL) == [
        "Week 1: *gradients*",
        "1. not a number",
        "two\nlines",
    ]


def test_a_wording_may_take_the_lines_of_a_list_singly(db: None) -> None:
    body = "{% for item in items %}{{ forloop.counter }}: {{ item }} {% endfor %}"
    LetterTemplateFactory.create(kind="offer", body=body)

    letter = letters.queue(letters.Request("offer", "k", UserFactory.create(), {"items": ["a", "b"]}))

    assert letter.text == "1: a 2: b\n"


@pytest.mark.parametrize("letter", sorted((SHIPPED_PACK / "letters").glob("*.md")), ids=lambda path: path.stem)
def test_every_shipped_letter_draws_its_list(letter: Path) -> None:
    body = letter.read_text(encoding="utf-8").partition("\n---\n")[2]

    drawn = rendering.preview("s", body, rendering.EXAMPLE)

    assert drawn.html.count("<li>") >= 2 * body.count("{{ items }}")
    assert drawn.text.count("\n- Session 3\n- Mastery check 2\n") == body.count("{{ items }}")
