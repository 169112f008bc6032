"""The sessions of a cohort: week offsets and local wall times become rows with UTC moments."""

from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum import deadlines
from curriculum.choices import ItemKind
from curriculum.models import ModuleVersion, Session
from whitebox.errors import RuleViolation
from whitebox.outbox import letters
from whitebox.packs.pack import Programme
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, User

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@transaction.atomic
def plan_sessions(cohort: Cohort, *, by: User) -> list[Session]:
    """Make a session for every week that has a module and none yet, and return the new ones, earliest first.

    09:00 stays 09:00 in the cohort's zone when clocks change. Raises RuleViolation while the cohort has no start date
    or follows no pack.
    """
    locked = Cohort.objects.select_for_update().get(pk=cohort.pk)
    programme = deadlines.programme_of(locked)
    if locked.starts_on is None:
        raise RuleViolation(_("Set a start date first."))
    if programme is None:
        raise RuleViolation(_("Let the cohort follow a programme pack first."))
    planned = set(locked.sessions.values_list("week", flat=True))
    modules = ModuleVersion.objects.followed_by(locked).without_text().filter(week__lte=locked.weeks)
    days = {module: locked.first_day(module.week) for module in modules if module.week not in planned}
    return Session.objects.bulk_create(
        _session(locked, first_day, module, programme) for module, first_day in days.items() if first_day
    )


def _session(cohort: Cohort, first_day: date, module: ModuleVersion, programme: Programme) -> Session:
    session = Session(
        cohort=cohort,
        module_id=module.module_id,
        week=module.week,
        on=day_of_week(first_day, programme.session.weekday),
        at=time.fromisoformat(programme.session.start),
        zone=cohort.zone,
        minutes=programme.session.minutes,
        place=cohort.place,
    )
    session.set_moments()
    return session


def day_of_week(first_day: date, weekday: str) -> date:
    """Return the day called `weekday` in the week that begins on `first_day`."""
    return first_day + timedelta(days=(WEEKDAYS.index(weekday) - first_day.weekday()) % 7)


@transaction.atomic
def move_session(
    session: Session, on: date, at: time, *, by: User, place: str | None = None, note: str | None = None
) -> Session:
    """Move a session to another day or wall time of its zone, or to another place; deadlines follow, extensions stay.

    Calendars hear of it by the sequence number, and reminders of the old time that wait are called back. The same
    again changes nothing. Raises RuleViolation for a session that is cancelled or over, and for a past time.
    """
    current = Session.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=session.pk)
    wanted = (on, at, current.place if place is None else place, current.note if note is None else note)
    if (current.on, current.at, current.place, current.note) == wanted:
        return current
    if current.is_cancelled:
        raise RuleViolation(_("This session is cancelled. Restore it first."))
    current.place, current.note = wanted[2:]
    return _put(current, on, at, current.zone, by=by)


@transaction.atomic
def shift(session: Session, on: date, at: time, zone: str, *, by: User) -> Session:
    """Move a session, also a cancelled one, with the run of its cohort. Raises RuleViolation for what is over."""
    current = Session.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=session.pk)
    if (current.on, current.at, current.zone) == (on, at, zone):
        return current
    return _put(current, on, at, zone, by=by)


def _put(session: Session, on: date, at: time, zone: str, *, by: User) -> Session:
    _require_ahead(session)
    session.on, session.at, session.zone = on, at, zone
    session.set_moments()
    if session.starts_at <= timezone.now():
        raise RuleViolation(_("Choose a time that is still to come."))
    _write(session, by=by)
    return session


@transaction.atomic
def name_leader(session: Session, leader: Membership | None, *, by: User) -> None:
    """Say who leads a session; twice changes nothing. Raises RuleViolation for anyone who does not teach there."""
    if leader is not None and (
        leader.cohort_id != session.cohort_id
        or leader.state != MembershipState.ACTIVE
        or leader.role not in {Role.MENTOR, Role.ORGANIZER}
    ):
        raise RuleViolation(_("A session is led by a mentor or an organizer of its cohort."))
    Session.objects.filter(pk=session.pk).update(leader=leader)


@transaction.atomic
def cancel(session: Session, *, by: User, note: str = "") -> Session:
    """Cancel a session; it stays in every calendar as cancelled. Twice changes nothing; a past one is refused."""
    current = Session.objects.select_for_update().get(pk=session.pk)
    if current.is_cancelled:
        return current
    _require_ahead(current)
    current.is_cancelled, current.note = True, note
    _write(current, by=by)
    return current


@transaction.atomic
def restore(session: Session, *, by: User) -> Session:
    """Take a cancellation back. Twice changes nothing; a session whose time has passed is refused."""
    current = Session.objects.select_for_update().get(pk=session.pk)
    if not current.is_cancelled:
        return current
    _require_ahead(current)
    current.is_cancelled, current.note = False, ""
    _write(current, by=by)
    return current


def _require_ahead(session: Session) -> None:
    if session.ends_at <= timezone.now():
        raise RuleViolation(_("The session of week %(week)d is over.") % {"week": session.week})


def _write(session: Session, *, by: User) -> None:
    session.sequence += 1
    session.changed_at = timezone.now()
    session.save()
    people = Membership.objects.filter(cohort_id=session.cohort_id).values_list("pk", flat=True)
    due = [deadlines.about(membership_id, session.module_id, item) for membership_id in people for item in ItemKind]
    letters.call_back(letters.about([about(session), *due]), by=by)


def about(session: Session) -> str:
    """Return the name under which the outbox keeps letters about a session."""
    return f"curriculum.session:{session.pk}"
