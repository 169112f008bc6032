"""The protocol of what pages will ask: they ask it in one trip to the database, see `whitebox.together`.

An app contributes `foreseen.py` with `at_home`, a function from a Viewer, and `studying`, one from a participant's
membership; both return calls of prepared queries. A call that is missing here is asked when it is needed, and one too
many costs its answer: neither makes a page wrong.
"""

from collections.abc import Callable, Sequence

from whitebox import contributions
from whitebox.people.models import Membership
from whitebox.prepared import Call
from whitebox.web.cards import Viewer

AtHome = Callable[[Viewer], Sequence[Call]]
Studying = Callable[[Membership], Sequence[Call]]


def of_home(viewer: Viewer) -> list[Call]:
    """Return what the cards of a home page will ask; who studies sees the own weeks there too."""
    own = [call for foreseen in contributions.attributes("foreseen", "at_home") for call in foreseen(viewer)]
    return [*own, *(of_studying(viewer.participation) if viewer.participation else ())]


def of_studying(membership: Membership) -> list[Call]:
    """Return what the pages of a participant's weeks will ask."""
    return [call for foreseen in contributions.attributes("foreseen", "studying") for call in foreseen(membership)]
