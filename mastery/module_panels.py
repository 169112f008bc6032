"""The checks of a module on its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.urls import reverse

from curriculum.models import ModuleVersion
from curriculum.panels import Panel
from mastery import due
from mastery.choices import CheckKind
from mastery.gating import Record, Standing
from whitebox.people.choices import Role
from whitebox.people.models import Membership

PLACES: dict[str, Literal["before", "after"]] = {CheckKind.PRE_SESSION: "before", CheckKind.MASTERY: "after"}


@dataclass(frozen=True, slots=True)
class Line:
    """What the page shows of one check."""

    slug: str
    title: str
    look: str
    label: str
    minutes: int
    due_at: datetime | None
    zone: str
    words: str


@dataclass(frozen=True, slots=True)
class Lines:
    checks: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TeamLink:
    address: str  # of the readiness sheet
    regrades: str  # the page, for organizers


def panels(membership: Membership, module: ModuleVersion) -> Sequence[Panel]:
    """Return the pre-session check before the session and the mastery check after it."""
    if membership.role != Role.PARTICIPANT:
        return _for_the_team(membership, module)
    record = Record.of_page(membership)
    own = [check for check in record.checks if check.for_check.module_id == module.module_id]
    if not own:
        return []
    times = due.due_times(membership, [check.for_check for check in own])
    return [
        Panel(
            "mastery/_panel.html",
            Lines(
                tuple(
                    _line(record.standing(check), times.get(check.for_check_id), membership.cohort.zone)
                    for check in own
                    if check.for_check.kind == kind
                )
            ),
            place,
        )
        for kind, place in PLACES.items()
    ]


def _for_the_team(membership: Membership, module: ModuleVersion) -> Sequence[Panel]:
    """Lead those who teach or advise to who is ready; it asks the database nothing."""
    address = reverse("mastery:readiness", args=[membership.cohort.slug, module.module.slug])
    organizes = membership.role == Role.ORGANIZER
    regrades = reverse("mastery:regrades", args=[membership.cohort.slug]) if organizes else ""
    return [Panel("mastery/_panel_team.html", TeamLink(address, regrades), "before")]


def _line(standing: Standing, due_at: datetime | None, zone: str) -> Line:
    check = standing.check
    return Line(
        slug=check.for_check.slug,
        title=check.title,
        look=standing.look,
        label=standing.label,
        minutes=check.minutes,
        due_at=due_at,
        zone=zone,
        words=f"{standing.reason} {standing.next_step}".strip(),
    )
