"""Measure the figures and write docs/benchmarks.md. `make bench` runs it; with DATABASE_URL and REDIS_URL set it
measures PostgreSQL and Redis and replaces that section only.

python -m tests.benchmarks.run [--rounds N] [--only WORDS] [--loads small,large] [--json]
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.benchmarks import document, machine, results, serving, timing, weights
from tests.benchmarks.pages import Page, chosen
from tests.benchmarks.results import Found
from tests.benchmarks.serving import FLOORS, LARGE, SITE, SMALL, Place
from tests.benchmarks.timing import Target

WEIGHED = ("home", "module")
GRADING, WEIGHT, JUDGING = "grading", "weight", "judging"  # the words of --only for what is no page


def main(arguments: list[str]) -> None:
    options = _options(arguments)
    only, loads = _words(options.only), _words(options.loads)
    with serving.places(loads) as places:
        found = _measured(places, options.rounds, only)
    found.machine = {**found.machine, "Load average at the end": machine.load_average()}
    if options.json:
        json.dump(found.as_json(), sys.stdout, indent=2)
    else:
        sys.stdout.write(document.section(found))
    if not only and set(loads) == {SMALL, LARGE}:
        document.write(found)
        sys.stderr.write("docs/benchmarks.md is written.\n")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the figures and write docs/benchmarks.md.")
    parser.add_argument("--rounds", type=int, default=60, help="how often each page is asked for (60)")
    parser.add_argument(
        "--only", default="", help="words of page names, or grading, judging, weight; prints and writes nothing"
    )
    parser.add_argument("--loads", default="small,large", help="small, or small,large (the default)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _measured(places: dict[str, Place], rounds: int, only: list[str]) -> Found:
    small = places[SMALL]
    prepared = _prepared(places)
    broker = "Redis" if small.environment["REDIS_URL"] else "files"
    found = Found(machine.facts(prepared["database"], broker), rounds)
    found.rows = {load: json.loads((place.folder / "rows.json").read_text()) for load, place in places.items()}
    pages = chosen(only)
    if not set(only) or not set(only) <= {GRADING, JUDGING}:
        with _targets(places, pages, prepared) as targets:
            _say(f"asking for {len(targets)} pages, {rounds} rounds")
            found.pages = results.of_pages(pages, timing.measure(targets, rounds))
            found.absent = [page.name for page in pages if page.name not in prepared["addresses"]]
            found.weights = {
                target.page: weights.weigh(target)
                for target in targets
                if target.load == SMALL and target.page in WEIGHED
            }
    if not only or GRADING in only:
        found.grading = _grading(small)
    if not only or JUDGING in only:
        _say("judging")
        small.run("tests.benchmarks.judging", str(small.folder / "judging.json"))
        found.judging = json.loads((small.folder / "judging.json").read_text())
    return found


def _prepared(places: dict[str, Place]) -> dict[str, Any]:
    """Fill the databases of all loads; return sessions and addresses, which are the same in each."""
    small = places[SMALL]
    _say("filling the small load")
    serving.create(small)
    file = small.folder / "prepared.json"
    small.run("tests.benchmarks.prepare", str(file))
    small.run("tests.benchmarks.loads.counting", str(small.folder / "rows.json"))
    small.run("django", "collectstatic", "--noinput", "--verbosity", "0")
    if LARGE in places:
        large = places[LARGE]
        _say("filling the large load")
        serving.copy(small, large)
        large.run("tests.benchmarks.loads.large")
        large.run("tests.benchmarks.loads.counting", str(large.folder / "rows.json"))
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@contextmanager
def _targets(places: dict[str, Place], pages: list[Page], prepared: dict[str, Any]) -> Iterator[list[Target]]:
    """Serve every load, the floors by a process of their own, and yield what can be asked for."""
    with ExitStack() as servers:
        yield [
            Target(
                load, page.name, hosts[page.is_floor], prepared["addresses"][page.name],
                prepared["sessions"].get(page.who, ""),
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


def _grading(place: Place) -> dict[str, Any]:
    _say("grading")
    file = place.folder / "grading.json"
    place.run("tests.benchmarks.grading", "cost", str(file))
    found = {"cost": json.loads(file.read_text())}
    with place.working():
        place.run("tests.benchmarks.grading", "wait", str(file))
    found["wait"] = json.loads(file.read_text())
    _say("grading and regrading by the thousand")
    place.run("tests.benchmarks.volume", str(file))
    return found | {"volume": json.loads(file.read_text())}


def _say(text: str) -> None:
    sys.stderr.write(f"{text} …\n")


if __name__ == "__main__":
    main(sys.argv[1:])
