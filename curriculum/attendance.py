"""Who was there: marked with one tap by whoever leads, undone as easily, never lost."""

import uuid
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum.choices import AttendanceState as State
from curriculum.models import Session
from curriculum.register import Attendance, AttendanceChange
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership, MembershipQuerySet, User

OPENS = timedelta(minutes=15)  # before the start: people arrive early
MISSED = (State.ABSENT, State.EXCUSED)  # what can be made up
WAS_THERE = (State.PRESENT, State.LATE, State.MADE_UP)
LATE_AFTER = timedelta(minutes=10)
IN_A_ROW = 2  # absences that raise the early warning


@transaction.atomic
def mark(session: Session, people: Collection[int], state: State, *, by: User) -> uuid.UUID | None:
    """Mark some participants, by the keys of their memberships, and return what `undo` takes back.

    None where nothing changed. Raises RuleViolation for a cancelled session, before it begins (an excuse may come
    earlier), for somebody who does not study in the cohort, and where there is nothing to make up.
    """
    held = _hold(session)
    if state != State.EXCUSED and held.starts_at - OPENS > timezone.now():
        raise RuleViolation(_("The session has not begun. Until then you can only excuse somebody."))
    studying = set(_studying(held).filter(pk__in=people).values_list("pk", flat=True))
    if studying != set(people):
        raise RuleViolation(_("Only people who study in this cohort now can be marked. Reload the page."))
    rows = _rows(held, people)
    if state == State.MADE_UP and any(row.state not in MISSED for row in rows):
        raise RuleViolation(_("Only a session that somebody missed can be made up."))
    return _write(rows, dict.fromkeys(people, state), by=by)


@transaction.atomic
def mark_the_rest_present(session: Session, *, by: User) -> uuid.UUID | None:
    """Mark everybody who has no mark yet as present. Twice changes nothing."""
    marked = Attendance.objects.filter(session=session).exclude(state="").values("membership")
    rest = set(_studying(session).exclude(pk__in=marked).values_list("pk", flat=True))
    return mark(session, rest, State.PRESENT, by=by) if rest else None


@transaction.atomic
def undo(session: Session, *, by: User) -> int:
    """Take back the last thing that `by` marked in this session and return for how many people.

    A mark that somebody else changed since stays. Raises RuleViolation where there is nothing to take back.
    """
    _hold(session)
    batch = last_batch(session, by)
    if batch is None:
        raise RuleViolation(_("There is nothing to undo: you have marked nobody here."))
    done = AttendanceChange.objects.filter(batch=batch).select_related("attendance")
    own = {one.attendance: State(one.left) if one.left else "" for one in done if one.attendance.state == one.entered}
    states = {row.membership_id: left for row, left in own.items()}
    _write(list(own), states, by=by, undoes=batch)
    return len(own)


def last_batch(session: Session, by: User) -> uuid.UUID | None:
    """Return what `undo` would take back for this person; None where there is nothing left."""
    own = AttendanceChange.objects.filter(attendance__session=session, by=by)
    undone = own.filter(undoes__isnull=False).values("undoes")
    left = own.filter(undoes=None, is_self=False).exclude(batch__in=undone).order_by("-pk")
    return left.values_list("batch", flat=True).first()


@transaction.atomic
def arrive(session: Session, membership: Membership, *, by: User) -> Attendance:
    """Record that somebody checked in by themselves: present, or late. Twice changes nothing; see `check_in`."""
    held = _hold(session)
    state = State.LATE if timezone.now() > held.starts_at + LATE_AFTER else State.PRESENT
    row = _rows(held, [membership.pk])[0]
    if row.state not in WAS_THERE:
        _write([row], {membership.pk: state}, by=by, is_self=True)
    return row


def _hold(session: Session) -> Session:
    """Return the session with its row locked: two people who mark at once queue here."""
    held = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if held.is_cancelled:
        raise RuleViolation(_("This session is cancelled: nobody can have been there."))
    return held


def _studying(session: Session) -> MembershipQuerySet:
    return Membership.objects.active().filter(cohort=session.cohort_id, role=Role.PARTICIPANT)


def _rows(session: Session, people: Iterable[int]) -> list[Attendance]:
    wanted = set(people)
    found = {row.membership_id: row for row in Attendance.objects.filter(session=session, membership__in=wanted)}
    missing = [Attendance(session=session, membership_id=pk) for pk in sorted(wanted - found.keys())]
    return [*found.values(), *Attendance.objects.bulk_create(missing)]


def _write(
    rows: list[Attendance],
    states: dict[int, State | str],
    *,
    by: User,
    undoes: uuid.UUID | None = None,
    is_self: bool = False,
) -> uuid.UUID | None:
    """Write the states by membership and a line of history each; return the key of this batch."""
    changed = [row for row in rows if row.state != states[row.membership_id]]
    if not changed and undoes is None:
        return None
    batch, now = uuid.uuid4(), timezone.now()
    AttendanceChange.objects.bulk_create(
        AttendanceChange(
            attendance=row,
            left=row.state,
            entered=states[row.membership_id],
            by=by,
            at=now,
            batch=batch,
            undoes=undoes,
            is_self=is_self,
        )
        for row in changed
    )
    for row in changed:
        row.state, row.at, row.is_self = states[row.membership_id], now, is_self
    Attendance.objects.bulk_update(changed, ["state", "at", "is_self"])
    return batch
