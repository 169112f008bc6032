"""Who runs which tests when several processes share them: `pytest -n 2 --dist loadfile`."""

from collections import Counter

import pytest
from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser"


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # xdist ships no types
    """Hand out whole files, and all that needs a browser to one process.

    A second process would fill a demonstration, serve it and start a browser of its own, and two of each on two cores
    keep each other waiting.
    """

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


def share_of(nodeid: str) -> str:
    """Return the name of what is handed out together with a test."""
    return BROWSER if nodeid.startswith(f"{BROWSER}/") else nodeid.partition("::")[0]


def by_length(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, so that no process ends alone with one. Their own order stays.

    `--no-loadscope-reorder` keeps the order; else xdist would go by the number of tests alone.
    """
    counts = Counter(item.path for item in items)
    long = {item.path for item in items if item.get_closest_marker("browser") or item.get_closest_marker("long")}
    items.sort(key=lambda item: (item.path not in long, -counts[item.path]))
