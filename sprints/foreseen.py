"""What the pages of a participant will ask about research."""

from collections.abc import Sequence

from sprints import home
from whitebox.people.models import Membership
from whitebox.prepared import Call
from whitebox.web.cards import Viewer


def at_home(viewer: Viewer) -> Sequence[Call]:
    """Return the claims of a person."""
    return [home.foreseen(viewer)]


def studying(_membership: Membership) -> Sequence[Call]:
    """Return nothing: the weeks know no research."""
    return ()
