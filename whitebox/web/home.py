"""The site's own cards of the home page: what was agreed in the last talk, and letters that cannot be written."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whitebox.outbox import wordings
from whitebox.people.choices import Role
from whitebox.web.cards import Card, Section, Viewer

STILL_NEW = timedelta(days=21)


def cards(viewer: Viewer) -> Sequence[Card]:
    """Return the last note of a participant, and for an organizer the letters without a wording."""
    return [*_notes(viewer), *_wordings(viewer)]


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
            address=reverse("admin:outbox_lettertemplate_changelist"),
            order=5,
        )
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
            address=reverse("people:notes"),
            order=15,
        )
    ]
