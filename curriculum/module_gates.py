"""Which module waits for which, and that no module waits for itself by a detour."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from curriculum.choices import ModuleStatus
from curriculum.module_files import ModuleFolder, ModuleHead
from whitebox.packs.folder import Parsed
from whitebox.packs.reports import Report

Place = tuple[str, int]


def check(modules: Sequence[ModuleFolder], report: Report) -> None:
    """Report modules that wait for one that is not there, and rings of modules that wait for each other."""
    heads = {module.head.data.slug: (module, module.head) for module in modules if module.head is not None}
    for module, head in heads.values():
        for index, slug in enumerate(head.data.requires or ()):
            if slug not in heads:
                near = get_close_matches(slug, heads, n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                where = head.lines.of("requires", index)
                report.error(module.text_file, where, f"it requires “{slug}”, and there is no such module", hint)
    edges = {slug: _waits_for(head, [one for _module, one in heads.values()]) for slug, (_m, head) in heads.items()}
    for ring in _rings(edges):
        module, head = heads[ring[0]]
        what = f"these modules wait for each other and never open: {' → '.join([*ring, ring[0]])}"
        report.error(module.text_file, head.lines.of("requires"), what, "take one out of requires")


def _waits_for(head: Parsed[ModuleHead], heads: Sequence[Parsed[ModuleHead]]) -> Sequence[str]:
    if head.data.requires is not None:
        return head.data.requires
    before = [one.data for one in heads if one.data.status == ModuleStatus.COMPLETE and one.data.week < head.data.week]
    return [max(before, key=lambda one: one.week).slug] if before else []


def _rings(edges: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return each ring once, from its first name on."""
    rings: list[list[str]] = []
    done: set[str] = set()
    for start in sorted(edges):
        path = [start]
        left = [list(edges[start])]
        while path:
            if not left[-1]:
                done.add(path.pop())
                left.pop()
                continue
            following = left[-1].pop()
            if following in path:
                rings.append(_from_first(path[path.index(following) :]))
            elif following not in done:
                path.append(following)
                left.append(list(edges.get(following, ())))
    return [ring for place, ring in enumerate(rings) if ring not in rings[:place]]


def _from_first(ring: list[str]) -> list[str]:
    first = ring.index(min(ring))
    return ring[first:] + ring[:first]
