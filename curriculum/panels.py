"""The protocol of module pages: what another app shows on them.

An app contributes `module_panels.py` with `panels`, a function from a membership and a module version to panels.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from curriculum.models import ModuleVersion
from whitebox import contributions
from whitebox.people.models import Membership


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a module page: an include-only template and what it needs.

    The template is given `panel`, the context, and nothing else of the page. A context that is a frozen dataclass of
    plain values is drawn once, see `whitebox.web.drawing`. Its headings begin at level 3: it stands inside the page's
    part before or after the session.
    """

    template: str
    context: Any = None
    place: Literal["before", "after"] = "after"


Panels = Callable[[Membership, ModuleVersion], Sequence[Panel]]


def panels(membership: Membership, module: ModuleVersion) -> list[Panel]:
    """Return every app's panels for a module page, in the order of INSTALLED_APPS."""
    return [
        panel
        for contribute in contributions.attributes("module_panels", "panels")
        for panel in contribute(membership, module)
    ]
