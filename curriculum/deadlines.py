"""When something is due for one person: the only source for pages, gates, reminders and the calendar.

A base deadline follows from the session and from the programme's wall times in the cohort's zone. An extension
is absolute: it stays where it is when the session moves, and the latest one counts. It never takes time away: where
everybody's deadline has moved past it, everybody's counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum.choices import ItemKind
from curriculum.models import Extension, Module, ModuleVersion, Session
from whitebox.errors import RuleViolation
from whitebox.outbox import letters
from whitebox.packs.models import Adoption
from whitebox.packs.pack import Programme
from whitebox.people.models import Cohort, Membership, User

Key = tuple[int, ItemKind]  # the primary key of a Module, and what of it is due


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an item of a module is due for one person, and when it is for everybody else."""

    due_at: datetime
    base_at: datetime

    @property
    def is_extended(self) -> bool:
        return self.due_at != self.base_at


def effective_deadline(membership: Membership, module: Module | ModuleVersion, item: ItemKind) -> datetime | None:
    """Return when `item` of a module is due for one person; None while its session is not planned."""
    found = deadlines_for(membership, [module]).get((_identity(module), item))
    return found.due_at if found else None


def deadlines_for(membership: Membership, modules: Iterable[Module | ModuleVersion]) -> dict[Key, Deadline]:
    """Return every deadline of a person in these modules: two queries whatever their number.

    Two more where the membership came without `cohort__adoption__version`.
    """
    wanted = [_identity(module) for module in modules]
    sessions = Session.objects.filter(cohort_id=membership.cohort_id, module__in=wanted)
    return from_sessions(membership.cohort, sessions, extensions_of([membership]).get(membership.pk, {}))


def extensions_of(memberships: Sequence[Membership]) -> dict[int, dict[Key, datetime]]:
    """Return the extensions that count, by membership, in one query."""
    rows = Extension.objects.filter(membership__in=[one.pk for one in memberships]).order_by("at", "pk")
    found: dict[int, dict[Key, datetime]] = {}
    for row in rows:
        found.setdefault(row.membership_id, {})[row.module_id, ItemKind(row.item)] = row.due_at
    return found


def from_sessions(
    cohort: Cohort, sessions: Iterable[Session], extensions: Mapping[Key, datetime]
) -> dict[Key, Deadline]:
    """Return one person's deadlines from rows that are loaded already; asks only for the cohort's programme."""
    programme = programme_of(cohort)
    if programme is None:
        return {}
    bases = {
        (session.module_id, item): base_deadline(session, cohort, programme, item)
        for session in sessions
        for item in ItemKind
    }
    return {key: Deadline(max(base, extensions.get(key, base)), base) for key, base in bases.items()}


def base_deadline(session: Session, cohort: Cohort, programme: Programme, item: ItemKind) -> datetime:
    """Return when an item is due for everybody, in UTC: a wall time of the cohort's zone, so 18:00 in any season."""
    day = session.starts_at.astimezone(cohort.tz).date()
    if item == ItemKind.PREWORK:
        day, clock = day - timedelta(days=programme.prework_due.days_before), programme.prework_due.at
    else:
        day, clock = day + timedelta(days=programme.check_due.days_after), programme.check_due.at
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=cohort.tz).astimezone(UTC)


def programme_of(cohort: Cohort) -> Programme | None:
    """Return what programme.yml of the followed pack version says; None while the cohort follows none."""
    adoption: Adoption | None = getattr(cohort, "adoption", None)
    return Programme.model_validate(adoption.version.programme) if adoption else None


def _identity(module: Module | ModuleVersion) -> int:
    return module.pk if isinstance(module, Module) else module.module_id


@transaction.atomic
def extend(
    membership: Membership, module: Module | ModuleVersion, item: ItemKind, due_at: datetime, *, reason: str, by: User
) -> Extension:
    """Give one person more time, until an absolute moment; a reminder of the old deadline that waits is called back.

    The same moment again returns the extension that is there. Raises RuleViolation without a reason, without a planned
    session, for a moment in the past, or for one before everybody's deadline.
    """
    held = Membership.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=membership.pk)
    if held.user_id == by.pk:
        raise RuleViolation(_("Nobody gives themselves more time. Ask your mentor or an organizer."))
    key = (_identity(module), item)
    present = deadlines_for(held, [module]).get(key)
    if present is None:
        raise RuleViolation(_("Plan the session of this week first: the deadline follows from it."))
    newest = held.extensions.filter(module_id=key[0], item=item).first()
    if newest is not None and newest.due_at == due_at:
        return newest
    _require_later(present, due_at, reason)
    letters.call_back(letters.about([about(held.pk, key[0], item)]), by=by)
    return Extension.objects.create(
        membership=held, module_id=key[0], item=item, due_at=due_at, reason=reason.strip(), by=by
    )


def _require_later(present: Deadline, due_at: datetime, reason: str) -> None:
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    if due_at <= timezone.now():
        raise RuleViolation(_("Choose a moment that is still to come."))
    if due_at < present.base_at:
        raise RuleViolation(_("This is before the deadline that holds for everybody. An extension gives more time."))


def touched_extensions(sessions: Iterable[Session]) -> list[Extension]:
    """Return the extensions that count for the items of some sessions: they stay where they are when these move."""
    pairs = {(session.cohort_id, session.module_id) for session in sessions}
    rows = Extension.objects.filter(
        membership__cohort__in={cohort for cohort, _module in pairs}, module__in={module for _cohort, module in pairs}
    ).select_related("membership__user", "membership__cohort")
    newest = {(row.membership_id, row.module_id, row.item): row for row in rows.order_by("at", "pk")}
    return [row for row in newest.values() if (row.membership.cohort_id, row.module_id) in pairs]


def about(membership_id: int, module_id: int, item: ItemKind) -> str:
    """Return the name under which the outbox keeps letters about one person's deadline."""
    return f"curriculum.deadline:{membership_id}-{module_id}-{item.value}"
