"""The site's own card of the home page: what was agreed in the last talk with a mentor."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from whitebox.web.cards import Card, Section, Viewer

STILL_NEW = timedelta(days=21)


def cards(viewer: Viewer) -> Sequence[Card]:
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
