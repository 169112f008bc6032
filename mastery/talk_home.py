"""Talks on the home page: what to book, what is ahead, what is to be recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mastery import talk_lists
from mastery.choices import AttemptState, CheckKind
from mastery.gating import Record
from mastery.talks import Talk
from whitebox.web.cards import Card, Section, Viewer


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the home page shows of a talk that is ahead."""

    title: str
    starts_at: datetime
    zone: str
    minutes: int
    check: str
    address: str


def of_learner(record: Record, viewer: Viewer) -> Iterator[Card]:
    """Say which talk is ahead, and which is to be booked: a query, none while nothing of this person waits."""
    waiting = {
        attempt.pk: attempt
        for check in record.checks
        if check.for_check.kind == CheckKind.MASTERY
        for attempt in record.attempts.get(check.for_check_id, ())
        if attempt.state in {AttemptState.NEEDS_TALK, AttemptState.NEEDS_MARK}
    }
    if not waiting:
        return
    booked = {one.attempt_id: one for one in Talk.objects.booked().filter(attempt__in=waiting).with_people()}
    titles = {check.for_check_id: check.title for check in record.checks}
    for attempt in waiting.values():
        talk = booked.get(attempt.pk)
        if talk is not None:
            yield _ahead(talk, talk.slot.mentor.user.called, order=12)
        elif attempt.state == AttemptState.NEEDS_TALK:
            yield Card(
                Section.NEXT,
                title=_("Book your talk: %(check)s") % {"check": titles[attempt.for_check_id]},
                detail=_("one part is answered in a talk with a mentor"),
                action=_("Choose a time"),
                address=reverse("mastery:book_talk", args=[attempt.pk]),
                order=12,
            )


def of_examiner(viewer: Viewer) -> Iterator[Card]:
    """Say which talks somebody holds or joins next, and of which nobody has said how they went: one query."""
    for talk in talk_lists.held_by(viewer.user)[:4]:
        who = talk.attempt.membership.user.called
        if talk.slot.ends_at > viewer.now:
            yield _ahead(talk, who, order=6)
            continue
        yield Card(
            Section.NEXT,
            title=_("How did the talk with %(name)s go?") % {"name": who},
            detail=_("its outcome is not recorded yet"),
            action=_("Record it"),
            address=reverse("mastery:talk", args=[talk.pk]),
            order=6,
        )


def _ahead(talk: Talk, who: str, *, order: int) -> Card:
    title = _("Talk with %(name)s") % {"name": who}
    return Card(
        Section.NEXT,
        title=title,
        due_at=talk.slot.starts_at,
        order=order,
        template="mastery/_home_talk.html",
        context=Meeting(
            title,
            talk.slot.starts_at,
            talk.slot.zone,
            talk.slot.minutes,
            talk.attempt.check_version.title,
            reverse("mastery:talk", args=[talk.pk]),
        ),
    )
