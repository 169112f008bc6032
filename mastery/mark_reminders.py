"""Who is reminded of marks: the marker after one and two days, the organizers after two; disputes when they are due."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from mastery import disputing, notices, second_marks
from mastery.choices import DisputeState, SecondMarkState
from mastery.judgements import Dispute, SecondMark
from mastery.models import Attempt
from whitebox.outbox.letters import Request
from whitebox.outbox.models import LetterTemplate
from whitebox.people.models import User
from whitebox.web.templatetags.moments import duration

logger = logging.getLogger(__name__)
KINDS = frozenset(
    {"mark-waiting", "mark-overdue", "second-mark-waiting", "marks-differ", "dispute-due", "dispute-to-decide"}
)
WAITING = (timedelta(hours=48), timedelta(hours=24))
TARGET = WAITING[0]
DISPUTE_SOON = timedelta(hours=24)  # before the marker's time is up


@dataclass(frozen=True, slots=True)
class Pile:
    """What waits for one marker, oldest first."""

    key: str  # of the oldest
    since: datetime
    attempt: Attempt
    lines: list[str]


def due(now: datetime) -> Iterator[Request]:
    """Yield the letters about marks. A kind without a wording is left out: it must not keep the others from leaving."""
    worded = set(LetterTemplate.objects.filter(kind__in=KINDS).values_list("kind", flat=True))
    for missing in KINDS - worded:
        logger.warning("no wording of the letter %s: load the programme pack again", missing)
    found = chain(_waiting_marks(now), _waiting_second_marks(now), _differences(), _disputes(now))
    yield from (one for one in found if one.kind in worded)


def _waiting_marks(now: datetime) -> Iterator[Request]:
    """Tell whoever teaches once after 24 and once after 48 hours that work waits, all of it in one letter.

    After 48 hours the organizers hear of it, too.
    """
    late = Attempt.objects.markable().filter(submitted_at__lte=now - WAITING[-1]).with_check()
    mentors: dict[User, list[Attempt]] = defaultdict(list)
    organizers: dict[User, list[Attempt]] = defaultdict(list)
    known: dict[int, tuple[list[User], list[User]]] = {}
    for attempt in late.select_related("membership__mentor__user").order_by("submitted_at", "pk"):
        member = attempt.membership
        if member.pk not in known:
            known[member.pk] = notices.teachers(member), notices.organizers(member)
        teaching, organizing = known[member.pk]
        for teacher in teaching:
            mentors[teacher].append(attempt)
        for organizer in organizing:
            if organizer not in teaching and _since(attempt) <= now - TARGET:
                organizers[organizer].append(attempt)
    for teacher, pile in mentors.items():
        yield _waiting_letter("mark-waiting", teacher, _pile(pile, now), now)
    for organizer, pile in organizers.items():
        yield _waiting_letter("mark-overdue", organizer, _pile(pile, now), now)


def _since(attempt: Attempt) -> datetime:
    return attempt.submitted_at or attempt.opened_at


def _pile(attempts: list[Attempt], now: datetime) -> Pile:
    first = attempts[0]
    return Pile(str(first.pk), _since(first), first, [_line(one, _since(one), now) for one in attempts])


def _waiting_second_marks(now: datetime) -> Iterator[Request]:
    late = SecondMark.objects.filter(
        state=SecondMarkState.WAITING, marker__isnull=False, drawn_at__lte=now - WAITING[-1]
    ).select_related(
        "marker",
        "attempt__check_version",
        "attempt__for_check__module",
        "attempt__membership__cohort",
        "attempt__membership__mentor__user",
    )
    piles: dict[User, list[SecondMark]] = defaultdict(list)
    for one in late.order_by("drawn_at", "pk"):
        if one.marker is not None:
            piles[one.marker].append(one)
    for marker, some in piles.items():
        lines = [_line(one.attempt, one.drawn_at, now) for one in some]
        first = some[0]
        pile = Pile(f"second-{first.pk}", first.drawn_at, first.attempt, lines)
        yield _waiting_letter("second-mark-waiting", marker, pile, now)


def _waiting_letter(kind: str, to: User, pile: Pile, now: datetime) -> Request:
    waited = now - pile.since
    hours = next(int(limit.total_seconds() // 3600) for limit in WAITING if waited >= limit)
    return Request(
        kind=kind,
        dedup_key=f"{kind}:{to.pk}:{pile.key}:{hours}",
        to=to,
        context=notices.about(pile.attempt)
        | {
            "days": waited.days,
            "items": pile.lines,
            "link": f"{settings.SITE_URL}{reverse('mastery:desk')}",
        },
        due_at=now,
        about=f"mastery.attempt:{pile.attempt.pk}",
        cohort_id=pile.attempt.membership.cohort_id,
    )


def _line(attempt: Attempt, since: datetime, now: datetime) -> str:
    return _("%(check)s, form %(form)s, waiting for %(length)s") % {
        "check": attempt.check_version.title,
        "form": attempt.form,
        "length": duration(now - since),
    }


def _differences() -> Iterator[Request]:
    """Tell those who may settle it once that two marks differ."""
    differing = SecondMark.objects.filter(state=SecondMarkState.DIFFERS).select_related(
        "first",
        "attempt__check_version",
        "attempt__for_check__module",
        "attempt__membership__cohort",
        "attempt__membership__mentor__user",
    )
    for one in differing:
        address = reverse("mastery:settle", args=[one.pk])
        for settler in second_marks.settlers(one):
            yield Request(
                kind="marks-differ",
                dedup_key=f"marks-differ:{one.pk}:{settler.pk}",
                to=settler,
                context=notices.about(one.attempt) | {"link": f"{settings.SITE_URL}{address}"},
                due_at=one.marked_at,
                about=f"mastery.secondmark:{one.pk}",
                cohort_id=one.attempt.membership.cohort_id,
            )


def _disputes(now: datetime) -> Iterator[Request]:
    """Remind the marker a day before the time is up; tell those who decide when it is their turn, and when late."""
    loaded = disputing.undecided().select_related(
        "attempt__for_check__module", "attempt__membership__mentor__user", "marker"
    )
    for dispute in loaded:
        if dispute.state == DisputeState.OPEN:
            if dispute.due_at - DISPUTE_SOON <= now:
                yield _dispute_letter("dispute-due", dispute, dispute.marker, "soon", now)
            continue
        stage = "late" if dispute.due_at <= now else "turn"
        for decider in disputing.deciders(dispute):
            yield _dispute_letter("dispute-to-decide", dispute, decider, stage, now)


def _dispute_letter(kind: str, dispute: Dispute, to: User, stage: str, now: datetime) -> Request:
    return Request(
        kind=kind,
        dedup_key=f"{kind}:{dispute.pk}:{to.pk}:{stage}",
        to=to,
        context=notices.about(dispute.attempt)
        | notices.about_dispute(dispute)
        | {"is_late": dispute.due_at <= now, "is_answered": dispute.state == DisputeState.ANSWERED},
        due_at=now,
        about=f"mastery.dispute:{dispute.pk}",
        cohort_id=dispute.attempt.membership.cohort_id,
    )
