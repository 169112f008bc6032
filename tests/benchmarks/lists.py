"""All list pages under both loads: `make bench-large` writes docs/benchmarks-large.md."""

import json
from typing import Any

from tests.benchmarks import document, ground, machine, results, serving, timing
from tests.benchmarks.figures import kilobytes, milliseconds, shown, table
from tests.benchmarks.pages import GROWTH, MEASURED, Page
from tests.benchmarks.results import Found, PageFigure
from tests.benchmarks.serving import LARGE, SMALL, Place

ROUNDS = 20
UNJUDGED = {page.name for page in MEASURED if page.growth is None}
SAME = 1.1  # rows of a page under the large load by those under the small one
PAGE = serving.ROOT / "docs" / "benchmarks-large.md"
HEAD = f"""# Lists under the large load

`make bench-large` measures these figures and writes this page, in the way that docs/benchmarks.md describes: all lists
of the admin as the organizer sees them, and the pages of that document. *Growth* is the median under the large load by
the median under the small one; more than {GROWTH} is too much for a list that shows as many rows as before. *Rows* are
those of tables and lists under the small load, *then* those under the large one: some lists show 6 rows there and a
page of 100 here, and take longer for that alone.
"""


def pages(prepared: dict[str, Any]) -> list[Page]:
    """Return the measured pages and every list of the admin."""
    return [*MEASURED, *(Page(name, "organizer") for name in prepared["lists"])]


def write(places: dict[str, Place], prepared: dict[str, Any], rounds: int = ROUNDS) -> None:
    """Measure all lists of both loads and put the section of this database into the document."""
    found, report = _measured(places, prepared, rounds)
    found.machine = {**found.machine, "Load average at the end": machine.load_average()}
    document.put(PAGE, HEAD, document.kind(found), written(found, report))
    ground.say(f"{PAGE.name} is written")


def _measured(places: dict[str, Place], prepared: dict[str, Any], rounds: int) -> tuple[Found, dict[str, Any]]:
    small, large = places[SMALL], places[LARGE]
    found = Found(machine.facts(prepared["database"], "Redis" if small.environment["REDIS_URL"] else "files"), rounds)
    asked = pages(prepared)
    ground.say(f"asking for {len(asked)} lists and pages, {rounds} rounds")
    with ground.targets(places, asked, prepared | {"addresses": prepared["addresses"] | prepared["lists"]}) as targets:
        found.pages = results.of_pages(asked, timing.measure(targets, rounds))
        addresses = {one.page: (one.address, one.cookie) for one in targets if one.load == LARGE}
    wanted, file = large.folder / "pages.json", large.folder / "slowest.json"
    floors = {page.name for page in asked if page.is_floor}
    wanted.write_text(json.dumps({name: where for name, where in addresses.items() if name not in floors}))
    large.run("tests.benchmarks.slowest", str(wanted), str(file))
    return found, json.loads(file.read_text())


def _judged(one: PageFigure, shorter: int) -> str:
    """Say whether a page of as many rows takes longer; a page that shows more rows than before is no such page."""
    if (one.growth or 1) <= GROWTH or one.page in UNJUDGED:
        return ""
    return "**grows**" if one.rows <= SAME * shorter else "shows more"


def written(found: Found, report: dict[str, Any]) -> str:
    """Return the section of one database."""
    growing = [one for one in found.pages if one.growth is not None]
    shorter = {one.page: one.rows for one in found.pages if one.growth is None}
    rows = [
        [
            one.page,
            milliseconds(one.p50 / (one.growth or 1)),
            milliseconds(one.p50),
            shown(round(one.growth or 1, 2)),
            str(one.queries),
            kilobytes(one.size),
            str(shorter[one.page]),
            str(one.rows),
            _judged(one, shorter[one.page]),
        ]
        for one in sorted(growing, key=lambda figure: -(figure.growth or 1))
    ]
    sizes = [[name, f"{size / 1e6:.1f}"] for name, size in report["sizes"].items()]
    slow = [
        f"{number}. {milliseconds(one['seconds'])} ms, *{one['page']}*\n\n"
        f"```sql\n{one['sql'][:600]}\n```\n\n```text\n{chr(10).join(one['plan'])}\n```\n"
        for number, one in enumerate(report["slowest"], 1)
    ]
    return "\n".join(
        [
            f"## {document.SECTIONS[document.kind(found)]}\n",
            table(["Machine", ""], [[name, value] for name, value in found.machine.items()]),
            table(["Page", "small ms", "large ms", "Growth", "Queries", "KB", "Rows", "then", ""], rows),
            "### Room\n",
            table(["Table", "MB"], sizes),
            "### The ten slowest queries\n",
            *slow,
        ]
    )
