"""What the pages of a participant will ask about checks and reviews."""

from collections.abc import Sequence

from mastery import gating, reviewing
from whitebox.people.models import Membership
from whitebox.prepared import Call
from whitebox.web.cards import Viewer


def at_home(viewer: Viewer) -> Sequence[Call]:
    """Return the reviews of a participant."""
    return [reviewing.foreseen(viewer.participation, viewer.now)] if viewer.participation else ()


def studying(membership: Membership) -> Sequence[Call]:
    """Return the record that all gates depend on."""
    return gating.foreseen(membership)
