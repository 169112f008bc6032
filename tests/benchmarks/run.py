"""Measure the figures and write docs/benchmarks.md. `make bench` runs it; with DATABASE_URL and REDIS_URL set it
measures PostgreSQL and Redis and replaces that section only.

python -m tests.benchmarks.run [--rounds N] [--only WORDS] [--loads small,large] [--lists] [--json]
"""

import argparse
import json
import sys
from typing import Any

from tests.benchmarks import document, ground, lists, machine, results, serving, timing, weights
from tests.benchmarks.ground import say
from tests.benchmarks.pages import chosen
from tests.benchmarks.results import Found
from tests.benchmarks.serving import LARGE, SMALL, Place

WEIGHED = ("home", "module")
GRADING, WEIGHT, JUDGING, BANK, LISTS = (
    "grading",
    "weight",
    "judging",
    "searches",
    "lists",
)  # the words of --only for what is no page


def main(arguments: list[str]) -> None:
    options = _options(arguments)
    only, loads = _words(options.only), _words(options.loads)
    with serving.places(loads) as places:
        prepared = ground.prepare(places)
        if options.lists:
            lists.write(places, prepared)
        if options.lists and only == [LISTS]:
            return
        found = _measured(places, prepared, options.rounds, only)
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
        "--only",
        default="",
        help="words of page names, or grading, judging, searches, weight; prints and writes nothing",
    )
    parser.add_argument("--loads", default="small,large", help="small, or small,large (the default)")
    parser.add_argument(
        "--lists", action="store_true", help="write docs/benchmarks-large.md too; with --only lists nothing else"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _measured(places: dict[str, Place], prepared: dict[str, Any], rounds: int, only: list[str]) -> Found:
    small = places[SMALL]
    broker = "Redis" if small.environment["REDIS_URL"] else "files"
    found = Found(machine.facts(prepared["database"], broker), rounds)
    found.rows = {load: json.loads((place.folder / "rows.json").read_text()) for load, place in places.items()}
    pages = chosen(only)
    if not set(only) or not set(only) <= {GRADING, JUDGING, BANK}:
        with ground.targets(places, pages, prepared) as targets:
            say(f"asking for {len(targets)} pages, {rounds} rounds")
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
        say("judging")
        small.run("tests.benchmarks.judging", str(small.folder / "judging.json"))
        found.judging = json.loads((small.folder / "judging.json").read_text())
    if not only or BANK in only:
        say("searching banks of problems")
        small.run("tests.benchmarks.bank", str(small.folder / "bank.json"))
        found.bank = json.loads((small.folder / "bank.json").read_text())
    return found


def _grading(place: Place) -> dict[str, Any]:
    say("grading")
    file = place.folder / "grading.json"
    place.run("tests.benchmarks.grading", "cost", str(file))
    found = {"cost": json.loads(file.read_text())}
    with place.working():
        place.run("tests.benchmarks.grading", "wait", str(file))
    found["wait"] = json.loads(file.read_text())
    say("grading and regrading by the thousand")
    place.run("tests.benchmarks.volume", str(file))
    return found | {"volume": json.loads(file.read_text())}


if __name__ == "__main__":
    main(sys.argv[1:])
