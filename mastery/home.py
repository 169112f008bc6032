"""The lines of mastery on the home page: checks that are due, what is not yet, marks that wait."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mastery import due, marking
from mastery.choices import CheckKind
from mastery.gating import Place, Record, Standing
from whitebox.people.choices import Role
from whitebox.web.cards import Card, Section, Viewer
from whitebox.web.templatetags.moments import duration

AHEAD = 1  # weeks; later checks would only be noise


def cards(viewer: Viewer) -> Sequence[Card]:
    """Return the cards of a person: five queries for a participant, one for somebody who teaches."""
    found = [*_learner(viewer)] if viewer.participation else []
    if any(one.role in {Role.MENTOR, Role.ORGANIZER} for one in viewer.memberships):
        found += _marks(viewer)
    return found


def _learner(viewer: Viewer) -> Iterator[Card]:
    membership = viewer.participation
    if membership is None:
        return
    record = Record.of_page(membership)
    weeks = {one.module_version.module_id: one.module_version.week for one in record.objectives}
    now = membership.cohort.week_at(viewer.now) or 0
    near = [check for check in record.checks if weeks.get(check.for_check.module_id, 0) <= now + AHEAD]
    times = due.due_times(membership, [check.for_check for check in near]) if near else {}
    for check in near:
        standing = record.standing(check)
        if standing.place in {Place.READY, Place.OPEN}:
            yield _next(standing, viewer, times)
        elif standing.place in {Place.EXHAUSTED, Place.WAITING} or _is_locked_mastery_check(standing):
            yield _stuck(standing)
    yield from _correctives(record)


def _is_locked_mastery_check(standing: Standing) -> bool:
    return standing.place == Place.LOCKED and standing.check.for_check.kind == CheckKind.MASTERY


def _next(standing: Standing, viewer: Viewer, times: dict[int, datetime]) -> Card:
    check = standing.check
    is_open = standing.place == Place.OPEN
    late = times.get(check.for_check_id)
    return Card(
        Section.NEXT,
        title=check.title,
        detail=_("past its due time; it can still be taken") if late and late < viewer.now else "",
        due_at=late,
        zone=viewer.participation.cohort.zone if viewer.participation else "",
        minutes=check.minutes,
        action=_("Go on") if is_open else _("Start"),
        address=standing.address,
        order=15,
    )


def _stuck(standing: Standing) -> Card:
    words = {
        Place.LOCKED: _("Locked: %(check)s"),
        Place.WAITING: _("Waiting: %(check)s"),
        Place.EXHAUSTED: _("%(check)s"),
    }
    return Card(
        Section.NOT_YET,
        title=words[standing.place] % {"check": standing.check.title},
        detail=f"{standing.reason} {standing.next_step}".removeprefix(_("Locked: ")).strip(),
        action=_("Look"),
        address=reverse("mastery:check", args=[standing.check.for_check.slug]),
        order=60,
    )


def _correctives(record: Record) -> Iterator[Card]:
    for assignments in record.assignments.values():
        for one in assignments:
            stated = one.corrective.objective_version
            yield Card(
                Section.NOT_YET,
                title=f"{stated.number} {stated.text}",
                detail=_("corrective: %(title)s") % {"title": one.corrective.title},
                minutes=one.corrective.minutes,
                action=_("Do it"),
                address=reverse("mastery:corrective", args=[one.pk]),
                order=40,
            )


def _marks(viewer: Viewer) -> list[Card]:
    waiting = marking.waiting(viewer.user).order_by().aggregate(count=Count("pk"), oldest=Min("submitted_at"))
    if not waiting["count"]:
        return []
    title = ngettext(
        "%(count)d attempt waits for your mark", "%(count)d attempts wait for your mark", waiting["count"]
    ) % {"count": waiting["count"]}
    return [
        Card(
            Section.NEXT,
            title=title,
            detail=_("the oldest for %(length)s") % {"length": duration(viewer.now - waiting["oldest"])},
            action=_("Open the desk"),
            address=reverse("mastery:desk"),
            order=5,
        )
    ]
