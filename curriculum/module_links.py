"""Links inside a pack: to a heading of the same page, or to another week as its file is written.

`[week 2](../02-transformer-from-scratch/module.md#h-residual-stream)` works in an editor, and becomes an address on the
page that works in every cohort, and in the preview of a version that no cohort follows.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final
from urllib.parse import unquote

from curriculum.module_files import ModuleFolder
from whitebox.packs.texts import Inside
from whitebox.text.rendered import Rendered

OTHER_WEEK: Final = re.compile(r"\.\./(?P<folder>[^/#]+)/module\.md(?P<anchor>#.*)?")
# What every module's page has beside the text's own headings.
PAGE: Final = frozenset({"objectives", "before", "required", "exercises", "session", "agenda", "after"})


def address(target: str) -> str:
    """Return what a link becomes on the page: other weeks lie beside this one."""
    found = OTHER_WEEK.fullmatch(target)
    if found is None:
        return target
    return f"../{found['folder'].partition('-')[2]}/{found['anchor'] or ''}"


def anchors(module: ModuleFolder, whole: Rendered) -> frozenset[str]:
    """Return the places of a module's page that a link can lead to."""
    cards = (f"exercise-{entry.slug}" for entry in (module.head.data.exercises if module.head else ()))
    return frozenset({*PAGE, *cards, *(heading.slug for heading in whole.headings)})


def inside(own: str, pages: Mapping[str, frozenset[str]]) -> Inside:
    """Return the judge of the links of the module in folder `own`; `pages` holds each module's anchors by folder."""

    def judge(target: str) -> tuple[str, str] | None:
        for folder, anchor in _places(own, target):
            if folder not in pages:
                return f"there is no module {folder[:80]}", _near(folder, pages)
            if anchor and anchor not in pages[folder]:
                return f"the link to {target[:100]} leads nowhere", _near(anchor, pages[folder])
            return None
        return (
            f"the link to {target[:100]} leads nowhere",
            "write #heading, ../NN-slug/module.md, or an address that begins with https://",
        )

    return judge


def _places(own: str, target: str) -> Iterator[tuple[str, str]]:
    found = OTHER_WEEK.fullmatch(unquote(target))
    if found is not None:
        yield found["folder"], (found["anchor"] or "").removeprefix("#")
    elif target.startswith("#"):
        yield own, unquote(target).removeprefix("#")


def _near(name: str, known: Mapping[str, object] | frozenset[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"did you mean {near[0]}?" if near else ""
