import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import apprise
import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from tests.factories.outbox import LetterFactory, LetterTemplateFactory
from tests.factories.people import CohortFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox import delivery, letters
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Channel, Letter

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


def test_a_name_cannot_become_a_link(db: None) -> None:
    LetterTemplateFactory.create(kind="offer", body="Hello {{ person_name }}.")

    letter = letters.queue(letters.Request("offer", "k", UserFactory.create(name="[gold](https://evil.test)")))

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
