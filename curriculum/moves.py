"""What moving sessions changes, shown before it is done: what is due with them, and the extensions they touch."""

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from curriculum import deadlines, schedule
from curriculum.choices import ItemKind
from curriculum.models import Extension, Session
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort, User


@dataclass(frozen=True, slots=True)
class Due:
    """When an item is due for everybody, before the move and after it."""

    item: ItemKind
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Touched:
    """One person's extension of something that moves. It stays, unless it is carried along."""

    extension: Extension
    due: Due
    carried: datetime  # where it would go, by as many days and hours of the wall clock

    @property
    def is_overtaken(self) -> bool:
        """Tell whether everybody would have longer than this person was given."""
        return self.extension.due_at < self.due.after


@dataclass(frozen=True, slots=True)
class Move:
    """One session as it is and as it would be."""

    session: Session
    moved: Session
    due: Sequence[Due]
    touched: Sequence[Touched]

    @property
    def is_move(self) -> bool:
        return self.session.starts_at != self.moved.starts_at or self.session.zone != self.moved.zone


def moved(session: Session, on: date, at: time, zone: str) -> Session:
    """Return a copy of a session at another time; nothing is stored."""
    there = copy(session)
    there.on, there.at, there.zone = on, at, zone
    there.set_moments()
    return there


def foresee(pairs: Iterable[tuple[Session, Session]], cohorts: Collection[Cohort] = ()) -> list[Move]:
    """Return what moving each first session to its second one changes, in one query for the extensions.

    `cohorts` are those whose zone would change too, as they would be.
    """
    listed, becoming = list(pairs), {cohort.pk: cohort for cohort in cohorts}
    touched: dict[tuple[int, int], list[Extension]] = {}
    for one in deadlines.touched_extensions(session for session, _there in listed):
        touched.setdefault((one.membership.cohort_id, one.module_id), []).append(one)
    found = []
    for session, there in listed:
        due = _due(session, there, becoming.get(session.cohort_id, session.cohort))
        own = touched.get((session.cohort_id, session.module_id), [])
        found.append(Move(session, there, due, [_touched(one, due, there) for one in own if due]))
    return found


def _due(session: Session, there: Session, becoming: Cohort) -> list[Due]:
    programme = deadlines.programme_of(session.cohort)
    if programme is None:
        return []
    return [
        Due(
            item,
            deadlines.base_deadline(session, session.cohort, programme, item),
            deadlines.base_deadline(there, becoming, programme, item),
        )
        for item in ItemKind
    ]


def _touched(extension: Extension, due: Sequence[Due], there: Session) -> Touched:
    own = next(one for one in due if one.item == extension.item)
    before, now, then = (
        moment.astimezone(zone).replace(tzinfo=None)
        for moment, zone in (
            (own.before, extension.membership.cohort.tz),
            (extension.due_at, extension.membership.cohort.tz),
            (own.after, there.cohort.tz),
        )
    )
    carried = (now + (then - before)).replace(tzinfo=extension.membership.cohort.tz)
    return Touched(extension, own, carried.astimezone(UTC))


def digest(found: Iterable[Move]) -> str:
    """Return a mark of a preview: it changes as soon as anything that was shown does."""
    shown = [
        (
            move.session.pk,
            move.session.sequence,
            move.moved.starts_at,
            move.moved.zone,
            [touched.extension.pk for touched in move.touched],
        )
        for move in found
    ]
    return sha256(repr(shown).encode()).hexdigest()[:32]


def require_seen(found: Iterable[Move], seen: str) -> None:
    """Raise RuleViolation where what would happen is no longer what the preview called `seen` showed."""
    if digest(found) != seen:
        raise RuleViolation(_("Something changed since this preview. Nothing was moved; look at it again."))


@transaction.atomic
def carry(found: Iterable[Move], chosen: Collection[int], *, by: User) -> None:
    """Give the chosen extensions, by primary key, the same way as what they extend: a new row each."""
    for move in found:
        for touched in move.touched:
            if touched.extension.pk in chosen and move.is_move:
                one = touched.extension
                deadlines.extend(
                    one.membership,
                    move.session.module,
                    ItemKind(one.item),
                    touched.carried,
                    reason=_("Moved along with its week. Before: %(reason)s") % {"reason": one.reason[:200]},
                    by=by,
                )


@transaction.atomic
def apply(session: Session, on: date, at: time, *, seen: str, chosen: Collection[int], by: User) -> Session:
    """Move one session as the preview called `seen` showed it, and the chosen extensions with it."""
    current = Session.objects.select_for_update(of=("self",)).select_related("cohort__adoption__version", "module")
    present = current.get(pk=session.pk)
    found = foresee([(present, moved(present, on, at, present.zone))])
    require_seen(found, seen)
    done = schedule.move_session(present, on, at, place=session.place, note=session.note, by=by)
    carry(found, chosen, by=by)
    return done
