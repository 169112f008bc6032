"""The databases of a run, filled, and their pages, served."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.benchmarks import serving
from tests.benchmarks.pages import Page
from tests.benchmarks.serving import FLOORS, LARGE, SITE, SMALL, Place
from tests.benchmarks.timing import Target


def prepare(places: dict[str, Place]) -> dict[str, Any]:
    """Fill the databases of all loads; return sessions and addresses, which are the same in each."""
    small = places[SMALL]
    say("filling the small load")
    serving.create(small)
    file = small.folder / "prepared.json"
    small.run("tests.benchmarks.prepare", str(file))
    small.run("tests.benchmarks.loads.counting", str(small.folder / "rows.json"))
    small.run("django", "collectstatic", "--noinput", "--verbosity", "0")
    if LARGE in places:
        large = places[LARGE]
        say("filling the large load")
        serving.copy(small, large)
        large.run("tests.benchmarks.loads.large")
        large.run("tests.benchmarks.loads.counting", str(large.folder / "rows.json"))
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@contextmanager
def targets(places: dict[str, Place], pages: list[Page], prepared: dict[str, Any]) -> Iterator[list[Target]]:
    """Serve every load, the floors by a process of their own, and yield what can be asked for."""
    with ExitStack() as servers:
        yield [
            Target(
                load, page.name, hosts[page.is_floor], prepared["addresses"][page.name],
                prepared["floor_sessions" if page.is_floor else "sessions"].get(page.who, ""), page.every,
            )
            for load, hosts in {
                load: {
                    False: servers.enter_context(place.serving(SITE)),
                    True: servers.enter_context(place.serving(FLOORS)),
                }
                for load, place in places.items()
            }.items()
            for page in pages
            if page.name in prepared["addresses"]
        ]  # fmt: skip


def say(text: str) -> None:
    sys.stderr.write(f"{text} …\n")
