"""The lines of mastery on the home page: checks that are due, what is not yet, marks that wait."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curriculum.models import Session
from mastery import disputing, due, marking, review_home, second_marks, session_sheet, talk_home
from mastery.choices import CheckKind
from mastery.gating import Place, Record, Standing
from whitebox import addresses
from whitebox.people.choices import Role
from whitebox.web.cards import Card, Section, Viewer
from whitebox.web.templatetags.moments import duration

AHEAD = 1  # weeks; later checks would only be noise
SOON = timedelta(days=7)  # before that nobody can be ready
READS = frozenset({Role.MENTOR, Role.ORGANIZER, Role.ADVISER})


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the home page shows of the people before their next session."""

    title: str
    counts: tuple[tuple[str, int], ...]  # word and number of people
    address: str  # of the sheet


def cards(viewer: Viewer) -> Sequence[Card]:
    """Return the cards of a person: five queries for a participant, fourteen for somebody who teaches."""
    found = [*_learner(viewer)] if viewer.participation else [*_readiness(viewer)]
    if any(one.role in {Role.MENTOR, Role.ORGANIZER} for one in viewer.memberships):
        found += [*_marks(viewer), *talk_home.of_examiner(viewer)]
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
    yield from talk_home.of_learner(record, viewer)
    yield from review_home.of_learner(record, viewer)


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
        address=addresses.address("mastery:check", standing.check.for_check.slug),
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
                address=addresses.address("mastery:corrective", one.pk),
                order=40,
            )


def _readiness(viewer: Viewer) -> Iterator[Card]:
    """Say how ready people are for the next session, in the week before it: six queries."""
    cohorts = {one.cohort_id for one in viewer.memberships if one.role in READS}
    near = Session.objects.ahead(viewer.now).filter(cohort__in=cohorts, starts_at__lte=viewer.now + SOON)
    session = near.select_related("cohort__adoption__version", "module").first() if cohorts else None
    if session is None:
        return
    sheet = session_sheet.sheet(session)
    if not sheet.lines:
        return
    yield Card(
        Section.NEXT,
        due_at=session.starts_at,
        order=21,
        template="mastery/_home_readiness.html",
        context=Readiness(
            _("Ready for session %(number)d: %(done)d of %(all)d")
            % {"number": session.week, "done": sheet.done, "all": len(sheet.lines)},
            tuple((label, count) for _look, label, count in sheet.counts if count),
            addresses.address("mastery:readiness", session.cohort.slug, session.module.slug),
        ),
    )


def _marks(viewer: Viewer) -> list[Card]:
    """Say what waits on the desk: marks first, then second marks, disputes, marks that differ."""
    waiting = marking.waiting(viewer.user).order_by().aggregate(count=Count("pk"), oldest=Min("submitted_at"))
    found = []
    if waiting["count"]:
        title = ngettext(
            "%(count)d attempt waits for your mark", "%(count)d attempts wait for your mark", waiting["count"]
        ) % {"count": waiting["count"]}
        length = duration(viewer.now - waiting["oldest"])
        found.append(_desk_card(title, _("the oldest for %(length)s") % {"length": length}, order=5))
    return found + [_desk_card(title, "", order=6 + place) for place, title in enumerate(_beside(viewer))]


def _beside(viewer: Viewer) -> Iterator[str]:
    if count := second_marks.waiting_for(viewer.user).order_by().count():
        yield ngettext("%(count)d second mark waits for you", "%(count)d second marks wait for you", count) % {
            "count": count
        }
    if count := disputing.to_answer(viewer.user).count():
        yield ngettext("%(count)d dispute waits for your answer", "%(count)d disputes wait for your answer", count) % {
            "count": count
        }
    if count := disputing.to_decide(viewer.user).count():
        yield ngettext(
            "%(count)d dispute waits for your decision", "%(count)d disputes wait for your decision", count
        ) % {"count": count}
    if count := len(second_marks.to_settle(viewer.user)):
        yield ngettext(
            "%(count)d pair of marks differs and waits for you",
            "%(count)d pairs of marks differ and wait for you",
            count,
        ) % {"count": count}


def _desk_card(title: str, detail: str, *, order: int) -> Card:
    return Card(
        Section.NEXT,
        title=title,
        detail=detail,
        action=_("Open the desk"),
        address=addresses.address("mastery:desk"),
        order=order,
    )
