"""The protocol of module pages: what another app shows on them.

An app contributes `module_panels.py` with `panels`, a function from a membership and a module version to panels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from curriculum.models import ModuleVersion
from whitebox import contributions
from whitebox.people.models import Membership


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a module page: an include-only template and what it needs.

    Its headings begin at level 3: it stands inside the page's part before or after the session.
    """

    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    place: Literal["before", "after"] = "after"


Panels = Callable[[Membership, ModuleVersion], Sequence[Panel]]


def panels(membership: Membership, module: ModuleVersion) -> list[Panel]:
    """Return every app's panels for a module page, in the order of INSTALLED_APPS."""
    return [
        panel
        for contribute in contributions.attributes("module_panels", "panels")
        for panel in contribute(membership, module)
    ]
