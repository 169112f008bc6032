"""The verbs of a letter: queue, approve, claim, send. Each person gets each letter once."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import CharField, F, QuerySet
from django.db.models import Value as Constant
from django.db.models.functions import Cast, Concat, Left
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox import trace
from whitebox.errors import RuleViolation
from whitebox.outbox import preferences, tasks, wordings
from whitebox.outbox.attachments import Attachment
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Channel, Letter, LetterTemplate
from whitebox.outbox.quiet import is_asleep
from whitebox.outbox.rendering import Value, rendered, wording_of
from whitebox.people.models import User
from whitebox.prepared import SomeTexts, prepared

LEASE = timedelta(minutes=5)  # well above the mail server's time-out of 20 s
KEY_KEPT = 170  # signs of a key of 200; the rest is for the number that makes a freed one unique


@dataclass(frozen=True, slots=True)
class Request:
    """A letter somebody is due: to a person with an account, to a bare address, or to a chat channel.

    `dedup_key` names the fact that causes the letter: the same key never makes a second one. `cohort_id` says whose
    organizers may read it; without one only those who run the site do.
    """

    kind: str
    dedup_key: str
    to: User | Channel | str
    context: Mapping[str, Value] = field(default_factory=dict)
    due_at: datetime | None = None
    about: str = ""
    cohort_id: int | None = None
    is_urgent: bool = False
    is_draft: bool = False
    attachments: Sequence[Attachment] = ()
    trace: str = field(default_factory=trace.current)  # of what set it off


def queue(request: Request) -> Letter:
    """Write a letter into the outbox, in the caller's transaction; it leaves after commit.

    The same `dedup_key` returns the letter that is there. Raises RuleViolation without a template.
    """
    for present in _called_by([request.dedup_key]):
        return present
    (letter,) = _posted([_letter(request)])
    return letter


def queue_each(requests: Sequence[Request]) -> list[tuple[Request, RuleViolation]]:
    """As `queue`, for some letters at once; return those that cannot be written, and why. They stop no other."""
    refused: list[tuple[Request, RuleViolation]] = []
    rows: list[Letter] = []
    read = cache(wording_of)  # once a kind, not once a letter
    for request in requests:
        try:
            rows.append(_letter(request, read))
        except RuleViolation as why:
            refused.append((request, why))
    if rows:
        _posted(rows)
    return refused


def _posted(rows: Sequence[Letter]) -> list[Letter]:
    """Write letters and let those that are due leave after commit."""
    # Somebody else may write one in the same moment: the unique key decides, and whose it is makes no difference.
    Letter.objects.bulk_create(rows, ignore_conflicts=True)
    written, now = _called_by([row.dedup_key for row in rows]), timezone.now()
    leaving = [one.pk for one in written if one.state == LetterState.APPROVED and one.due_at <= now]
    if len(leaving) == 1:
        tasks.send_letter.delay_on_commit(leaving[0])
    elif leaving:
        tasks.send_letters.delay_on_commit(leaving)
    return written


@prepared
def _called_by(keys: SomeTexts) -> QuerySet[Letter]:
    return Letter.objects.filter(dedup_key__in=keys).order_by()


def queue_all(requests: list[Request]) -> int:
    """Write many letters at once and return how many were new.

    Keys that are there already are skipped, and so are kinds that the reader has switched off. A reminder to somebody
    who sleeps is not written: whoever asks for it asks again with the next tick, and by the morning it says what is
    true then, or there is no reason for it any more. A letter without a wording keeps no other from being written;
    `wordings` tells the organizers, and the letter is written once there is one, if it is still due.
    """
    requests = [request for request in requests if not _would_wake(request)]
    known = set(
        Letter.objects.filter(dedup_key__in=[request.dedup_key for request in requests]).values_list(
            "dedup_key", flat=True
        )
    )
    off = preferences.unwanted((one.to.pk, one.kind) for one in requests if isinstance(one.to, User))
    fresh = {
        request.dedup_key: request
        for request in requests
        if request.dedup_key not in known
        and not (isinstance(request.to, User) and (request.to.pk, request.kind) in off)
    }
    rows = _written(fresh)
    # Another beat may have queued the same keys since: the unique key decides.
    Letter.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def _written(fresh: Mapping[str, Request]) -> list[Letter]:
    """Return the letters that can be written, by their keys, and make known those that cannot."""
    rows: list[Letter] = []
    refused: dict[str, str] = {}
    read = cache(wording_of)  # once a kind, not once a letter
    for request in fresh.values():
        try:
            rows.append(_letter(request, read))
        except RuleViolation as why:
            refused[request.kind] = str(why)
    if fresh:
        wordings.note(refused, {row.kind for row in rows}, now=timezone.now())
    return rows


def _letter(request: Request, read: Callable[[str], LetterTemplate | None] = wording_of) -> Letter:
    """Return the letter as a row that is not written yet. Raises RuleViolation without a template."""
    wording = rendered(request.kind, {"person_name": _called(request.to)} | dict(request.context), read=read)
    return Letter(
        dedup_key=request.dedup_key,
        kind=request.kind,
        recipient=request.to if isinstance(request.to, User) else None,
        channel=request.to if isinstance(request.to, Channel) else None,
        address=_address(request.to),
        about=request.about,
        cohort_id=request.cohort_id,
        subject=wording.subject,
        text=wording.text,
        html=wording.html,
        attachments=[one.as_row() for one in request.attachments],
        is_urgent=request.is_urgent,
        due_at=request.due_at or timezone.now(),
        state=LetterState.DRAFT if request.is_draft else LetterState.APPROVED,
        trace=request.trace,
    )


def _called(to: User | Channel | str) -> str:
    return to.called if isinstance(to, User) else ""


def _address(to: User | Channel | str) -> str:
    if isinstance(to, User):
        return to.email
    return "" if isinstance(to, Channel) else to


def _would_wake(request: Request) -> bool:
    """Tell whether a reminder comes in its reader's quiet hours. Answers to what a person just did have no moment."""
    if request.is_urgent or request.due_at is None or not isinstance(request.to, User):
        return False
    return is_asleep(request.to, request.due_at)


@transaction.atomic
def approve(letter: Letter, *, by: User) -> None:
    """Let a draft leave. Twice changes nothing; a cancelled or sent letter is refused."""
    changed = Letter.objects.filter(pk=letter.pk, state=LetterState.DRAFT).update(state=LetterState.APPROVED)
    letter.refresh_from_db()
    if changed:
        tasks.send_letter.delay_on_commit(letter.pk)
    elif letter.state in {LetterState.CANCELLED, LetterState.FAILED}:
        raise RuleViolation(_("This letter is %(state)s. Use “send again”.") % {"state": letter.get_state_display()})


@transaction.atomic
def cancel(letter: Letter, *, by: User) -> None:
    """Keep a letter from leaving. Raises RuleViolation when it is on its way or gone."""
    stopped = Letter.objects.filter(
        pk=letter.pk, state__in=[LetterState.DRAFT, LetterState.APPROVED, LetterState.FAILED]
    )
    if not stopped.update(state=LetterState.CANCELLED):
        letter.refresh_from_db()
        if letter.state != LetterState.CANCELLED:
            raise RuleViolation(_("This letter has left or is on its way. It cannot be called back."))


@transaction.atomic
def call_back(waiting: QuerySet[Letter], *, by: User) -> int:
    """Keep letters that wait from leaving, because what they say is no longer true; return how many.

    Their keys become free: where the same becomes true again, a new letter is written. What is on its way or a
    person stopped stays as it is.
    """
    freed = Concat(Left("dedup_key", KEY_KEPT), Constant("~"), Cast(F("pk"), CharField()))
    return waiting.filter(state=LetterState.APPROVED).update(state=LetterState.CANCELLED, dedup_key=freed)


def about(subjects: Iterable[str]) -> QuerySet[Letter]:
    """Return the letters about some things, as `Request.about` names them."""
    return Letter.objects.filter(about__in=list(subjects))


@transaction.atomic
def send_again(letter: Letter, *, by: User) -> None:
    """Send a letter that failed or is uncertain once more: a person decided it, no task ever does."""
    again = Letter.objects.filter(pk=letter.pk, state__in=[LetterState.FAILED, LetterState.UNCERTAIN])
    if not again.update(
        state=LetterState.APPROVED, due_at=timezone.now(), lease_token=None, lease_until=None, error=""
    ):
        raise RuleViolation(_("Only a letter that was not sent, or is uncertain, can be sent again."))
    tasks.send_letter.delay_on_commit(letter.pk)


@transaction.atomic
def claim(letter_id: int, *, now: datetime) -> Letter | None:
    """Lease a due letter to this worker; None when another worker has it or it is gone."""
    token = uuid.uuid4()
    leased = Letter.objects.deliverable(now).filter(pk=letter_id)
    if not leased.update(state=LetterState.SENDING, lease_token=token, lease_until=now + LEASE):
        return None  # Claimed by another delivery of the same task, or cancelled meanwhile.
    return Letter.objects.select_related("channel").get(pk=letter_id)


def record(letter: Letter, state: LetterState, *, error: str = "") -> None:
    """Store how a send ended. A late answer to a lease that was given up is dropped."""
    held = Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING, lease_token=letter.lease_token)
    held.update(
        state=state,
        sent_at=timezone.now() if state == LetterState.SENT else None,
        lease_token=None,
        lease_until=None,
        tries=letter.tries + 1,
        error=error[:300],
    )


def give_up_leases(now: datetime) -> int:
    """Mark letters whose worker vanished while sending as uncertain; they are never sent again by themselves."""
    lost = Letter.objects.filter(state=LetterState.SENDING, lease_until__lte=now)
    return lost.update(
        state=LetterState.UNCERTAIN,
        lease_token=None,
        lease_until=None,
        error=_("The worker stopped while sending. Check with the reader before you send again."),
    )
