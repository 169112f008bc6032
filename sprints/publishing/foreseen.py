"""What the home page will ask about publishing."""

from collections.abc import Sequence

from sprints.publishing import home
from whitebox.people.models import Membership
from whitebox.prepared import Call
from whitebox.web.cards import Viewer


def at_home(viewer: Viewer) -> Sequence[Call]:
    """Return the votes a person owes."""
    return [home.foreseen(viewer)]


def studying(_membership: Membership) -> Sequence[Call]:
    """Return nothing: the weeks know no decisions."""
    return ()
