"""The site's own cards of the home page: what was agreed in the last talk, and what waits for organizers."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whitebox import addresses
from whitebox.outbox import wordings
from whitebox.people import breaches
from whitebox.people.choices import Role
from whitebox.web.cards import Card, Section, Viewer

STILL_NEW = timedelta(days=21)


def cards(viewer: Viewer) -> Sequence[Card]:
    """Return the last note of a participant, and for an organizer letters without a wording and open decisions."""
    return [*_notes(viewer), *_wordings(viewer), *_breaches(viewer)]


def _wordings(viewer: Viewer) -> Sequence[Card]:
    """Tell organizers which letters wait for a wording: the wordings belong to all cohorts. One query for them."""
    if all(one.role != Role.ORGANIZER for one in viewer.memberships):
        return []
    kinds = list(wordings.missing(viewer.now).values_list("kind", flat=True))
    if not kinds:
        return []
    title = ngettext(
        "%(count)d kind of letter cannot be written", "%(count)d kinds of letters cannot be written", len(kinds)
    )
    return [
        Card(
            Section.NEXT,
            title=title % {"count": len(kinds)},
            detail=_("Nobody gets them until there is a wording: %(kinds)s.") % {"kinds": ", ".join(kinds)},
            action=_("Look at the wordings"),
            address=addresses.address("admin:outbox_lettertemplate_changelist"),
            order=5,
        )
    ]


def _breaches(viewer: Viewer) -> Sequence[Card]:
    """Ask organizers whether people may stay after a breach: nothing secret opens to these people till then."""
    organized = [one.cohort for one in viewer.memberships if one.role == Role.ORGANIZER]
    waiting = breaches.waiting([one.pk for one in organized], viewer.user) if organized else frozenset()
    return [
        Card(
            Section.NEXT,
            title=_("Decide whether somebody may stay after a breach"),
            detail=cohort.title,
            action=_("Look at it"),
            address=addresses.address("people:breaches", cohort.slug),
            order=4,
        )
        for cohort in organized
        if cohort.pk in waiting
    ]


def _notes(viewer: Viewer) -> Sequence[Card]:
    """Show a participant the latest note that was shared with them, for three weeks: no query.

    Where the memberships come without it, as in the weekly letter, there is no card.
    """
    told_at = getattr(viewer.participation, "told_at", None)
    if told_at is None or viewer.now - told_at > STILL_NEW:
        return []
    step = getattr(viewer.participation, "told_step", "")
    return [
        Card(
            Section.HELP,
            title=_("A note from your last talk"),
            detail=_("next step: %(step)s") % {"step": step} if step else "",
            action=_("Read"),
            address=addresses.address("people:notes"),
            order=15,
        )
    ]
