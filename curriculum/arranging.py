"""The run of a cohort: its start, its zone and its holiday weeks, and every session that follows from them."""

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from curriculum import moves, schedule
from curriculum.models import Session
from curriculum.moves import Move
from whitebox.errors import RuleViolation
from whitebox.packs import loading
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, User

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Run:
    """When a cohort teaches."""

    starts_on: date
    zone: str
    closed: frozenset[date]  # any day of a week closes the whole week

    @classmethod
    def of(cls, cohort: Cohort) -> "Run | None":
        """Return the run of a cohort as it is; None while it has no start date."""
        return cls(cohort.starts_on, cohort.zone, cohort.holidays) if cohort.starts_on else None

    @property
    def closed_days(self) -> list[date]:
        """The first days of the closed weeks, as weeks count from the start."""
        first = {day - timedelta(days=(day - self.starts_on).days % 7) for day in self.closed}
        return sorted(first)

    def a_week_ahead(self) -> "Run":
        """Return the run of a cohort that does everything one teaching week earlier."""
        starts_on = self.starts_on - WEEK
        while starts_on in self.closed_days:
            starts_on -= WEEK
        return replace(self, starts_on=starts_on)


def preview(cohort: Cohort, run: Run) -> list[Move]:
    """Return what another run would move, in this cohort and in the one that runs ahead of it.

    Raises RuleViolation where it would change what has been, and for a cohort that runs ahead of another.
    """
    if cohort.ahead_of is not None:
        raise RuleViolation(
            _("This cohort runs one week ahead of %(other)s. Change that one; this one follows.")
            % {"other": cohort.ahead_of}
        )
    _require_sense(cohort, run)
    return [move for one, its_run in _concerned(cohort, run) for move in _moves(one, its_run)]


def _concerned(cohort: Cohort, run: Run) -> list[tuple[Cohort, Run]]:
    lead: Cohort | None = getattr(cohort, "lead", None)
    return [(cohort, run), *([(lead, run.a_week_ahead())] if lead else [])]


def _require_sense(cohort: Cohort, run: Run) -> None:
    if run.starts_on in run.closed_days:
        raise RuleViolation(_("The first week cannot be a holiday week. Start a week later instead."))
    if cohort.started_at is not None and run.starts_on != cohort.starts_on:
        raise RuleViolation(_("This cohort has started: its first day stays."))


def _moves(cohort: Cohort, run: Run) -> list[Move]:
    becoming = _becoming(cohort, run)
    planned = Session.objects.filter(cohort=cohort).select_related("cohort__adoption__version", "module")
    pairs = [(one, _there(one, cohort, becoming)) for one in planned.order_by("week")]
    changed = [pair for pair in pairs if (pair[0].on, pair[0].zone) != (pair[1].on, pair[1].zone)]
    for session, there in changed:
        _require_possible(session, there)
    return moves.foresee(changed, [becoming])


def _becoming(cohort: Cohort, run: Run) -> Cohort:
    becoming = copy(cohort)
    becoming.starts_on, becoming.zone = run.starts_on, run.zone
    becoming.closed_weeks = [day.isoformat() for day in run.closed_days]
    return becoming


def _there(session: Session, cohort: Cohort, becoming: Cohort) -> Session:
    """Return a session in its new week, on the same weekday: one that was moved by hand stays where it was moved to."""
    before, after = cohort.first_day(session.week), becoming.first_day(session.week)
    on = session.on + (after - before) if before and after else session.on
    return moves.moved(session, on, session.at, becoming.zone)


def _require_possible(session: Session, there: Session) -> None:
    now = timezone.now()
    if session.ends_at <= now:
        raise RuleViolation(
            _("The session of week %(week)d of %(cohort)s took place on %(day)s, and this would move it.")
            % {"week": session.week, "cohort": session.cohort, "day": date_format(session.on, "D j M")}
        )
    if there.starts_at <= now:
        raise RuleViolation(
            _("The session of week %(week)d of %(cohort)s would lie in the past.")
            % {"week": session.week, "cohort": session.cohort}
        )


@transaction.atomic
def arrange(cohort: Cohort, run: Run, *, seen: str, chosen: Collection[int] = (), by: User) -> list[Move]:
    """Give a cohort another run as the preview called `seen` showed it; sessions and deadlines follow.

    The cohort that runs ahead of it follows too. Extensions stay where they are but for the `chosen` ones.
    Raises RuleViolation as `preview` does, and where something changed since.
    """
    rows = Cohort.objects.select_for_update(of=("self",))
    current = rows.select_related("ahead_of", "lead").get(pk=cohort.pk)
    found = preview(current, run)
    moves.require_seen(found, seen)
    for one, its_run in _concerned(current, run):
        becoming = _becoming(one, its_run)
        becoming.save(update_fields=["starts_on", "zone", "closed_weeks"])
    for move in found:
        schedule.shift(move.session, move.moved.on, move.moved.at, move.moved.zone, by=by)
    moves.carry(found, chosen, by=by)
    return found


@transaction.atomic
def set_up_lead(cohort: Cohort, *, by: User) -> Cohort:
    """Make the cohort that runs one teaching week ahead of this one, with its sessions; asking twice returns it.

    Raises RuleViolation without a start date or a pack, and for a cohort that runs ahead itself.
    """
    current = Cohort.objects.select_for_update(of=("self",)).select_related("adoption__version").get(pk=cohort.pk)
    present = Cohort.objects.filter(ahead_of=current).first()
    if present is not None:
        return present
    run = Run.of(current)
    if run is None or getattr(current, "adoption", None) is None:
        raise RuleViolation(_("Set a start date and let the cohort follow a programme pack first."))
    if current.ahead_of_id is not None:
        raise RuleViolation(_("This cohort runs ahead of another one itself."))
    lead = Cohort.objects.create(
        slug=_free_slug(current),
        title=_("%(title)s, one week ahead") % {"title": current.title[:100]},
        starts_on=run.a_week_ahead().starts_on,
        closed_weeks=current.closed_weeks,
        ahead_of=current,
        **{name: getattr(current, name) for name in ("weeks", "zone", "place", "seats", "threshold_percent")},
    )
    loading.adopt(lead, current.adoption.version, by=by)
    membership.enrol(by, lead, Role.ORGANIZER, by=by)
    schedule.plan_sessions(lead, by=by)
    return lead


def _free_slug(cohort: Cohort) -> str:
    taken = set(Cohort.objects.filter(slug__startswith=cohort.slug[:40]).values_list("slug", flat=True))
    wanted = (f"{cohort.slug[:40]}-ahead{number or ''}" for number in range(len(taken) + 1))
    return next(slug for slug in wanted if slug not in taken)
