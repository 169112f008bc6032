"""What the pages of a participant will ask about the weeks."""

from collections.abc import Sequence

from curriculum import study
from whitebox.people.models import Membership
from whitebox.prepared import Call
from whitebox.web.cards import Viewer


def at_home(_viewer: Viewer) -> Sequence[Call]:
    """Return nothing but what the weeks ask."""
    return ()


def studying(membership: Membership) -> Sequence[Call]:
    """Return the sessions with what is one's own of them, and the ticks."""
    return study.foreseen(membership)
