"""docs/benchmarks.md: one section for each database and broker; a run replaces its own and leaves the other."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import judging
from tests.benchmarks.figures import Budget, kilobytes, median, milliseconds, percentile, shown, table, verdict
from tests.benchmarks.pages import BANK_GROWTH, BANKS, WHY
from tests.benchmarks.results import Found, PageFigure

FILE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
SECTIONS = {"embedded": "SQLite and the broker of files", "server": "PostgreSQL and Redis"}
COMMANDS = {
    "embedded": "make bench",
    "server": "DATABASE_URL=postgres://… REDIS_URL=redis://… make bench",
}
HEAD = """\
# Benchmarks

`make bench` measures these figures and writes this page; nothing here is typed by hand. How it measures:

- The site runs as in production: gunicorn with one worker, `DEBUG` off, static files with hashed names, compressed
  answers. One client on the loopback asks over connections that stay open. In each round every page of both loads is
  asked for once, in an order of its own, so that a busy moment of the machine falls on all alike. Five rounds warm up
  and are not counted.
- Two floors are asked for in the same rounds. They use the same database and sessions of the same kind, but only the
  middleware and templates that Django's `startproject` gives: the *minimal page* asks for the session, the person and
  one indexed row; the *stock changelist* is Django's own list of 100 applications. *Ratio* is the median of a page by
  the median of the minimal page under the same load. The *minimal page inside WhiteBox* is that page again, with all
  the middleware that every page of ours passes.
- *small* is the demonstration, and two cohorts for the gradebook. *large* adds 20,000 applications to the open round,
  1,000 participants, 100 mentors, five past cohorts and 100,000 attempts to it; the same people ask for the same pages.
  *Growth* is the median under the large load by the median under the small one.
- Absolute times say little on a machine that others use too: look at ratios, and at the load average.
"""


def write(found: Found) -> None:
    """Put the section of this run into the document."""
    put(FILE, HEAD, kind(found), section(found))


def put(file: Path, head: str, key: str, part: str) -> None:
    """Put the section of one database into a document that has one for each."""
    file.write_text(replaced(file.read_text() if file.exists() else "", head, key, part))


def replaced(text: str, head: str, key: str, part: str) -> str:
    """Return a document with one section made new and the other one as it was."""
    parts = {one: _present(text, one) for one in SECTIONS} | {key: part}
    bodies = [f"<!-- {one} -->\n{body}<!-- /{one} -->\n" for one, body in parts.items() if body]
    return "\n".join([head, *bodies])


def _present(text: str, key: str) -> str:
    match = re.search(f"<!-- {key} -->\n(.*?)<!-- /{key} -->", text, re.DOTALL)
    return match.group(1) if match else ""


def kind(found: Found) -> str:
    return "embedded" if found.machine["Database"].startswith("SQLite") else "server"


def section(found: Found) -> str:
    key = kind(found)
    facts = table(["Machine", ""], [[name, value] for name, value in found.machine.items()])
    parts = [f"## {SECTIONS[key]}\n", f"`{COMMANDS[key]}`\n", facts, *_crowding(found)]
    parts += [*_pages(found), *_weights(found), *_grading(found), *_judging(found), *_bank(found), *_rows(found)]
    return "\n".join(parts)


def _crowding(found: Found) -> list[str]:
    """Warn where others were at work on the machine: a figure in seconds is then theirs as well as ours."""
    loads = [float(value) for name, value in found.machine.items() if name.startswith("Load average")]
    cores = int(found.machine.get("Cores", "0"))
    if not loads or max(loads) <= cores + 1:
        return []
    text = (
        f"The load average reached {max(loads)} on {cores} cores: others were at work. Times in seconds, the wait for "
        "a grade among them, are longer than this machine alone would show; measure those again on an idle one.\n"
    )
    return [text]


def _pages(found: Found) -> list[str]:
    if not found.pages:
        return []
    head = ["Page", "Load", "p50 ms", "p95 ms", "least ms", "CPU ms", "Ratio", "Growth", "Queries", "KB", "Budget", ""]
    rows = [[*_cells(figure), _limits(figure.budgets), verdict(figure.budgets)] for figure in found.pages]
    absent = [f"Not measured, because the site has no such page yet: {', '.join(found.absent)}.\n"]
    text = f"### Pages\n\n{found.rounds} rounds. *CPU* is the median of the view's processor time.\n"
    return [text, table(head, rows), *(absent if found.absent else []), *_reasons(found)]


def _reasons(found: Found) -> list[str]:
    """Say for each page that missed a budget where its time goes."""
    missed = {one.page: one for one in found.pages if not all(budget.is_met for budget in one.budgets)}
    lines = [f"- *{name}*: {WHY[name].format(queries=one.queries)}." for name, one in missed.items() if name in WHY]
    return ["Where the time of the missed pages goes:\n\n" + "\n".join(lines) + "\n"] if lines else []


def _cells(figure: PageFigure) -> list[str]:
    return [
        figure.page,
        figure.load,
        milliseconds(figure.p50),
        milliseconds(figure.p95),
        milliseconds(figure.least),
        milliseconds(figure.cpu),
        f"{figure.ratio:.2f}",
        f"{figure.growth:.2f}" if figure.growth else "",
        str(figure.queries),
        kilobytes(figure.size),
    ]


def _limits(budgets: Sequence[Budget]) -> str:
    return ", ".join(f"{budget.what} ≤ {shown(budget.limit)}{budget.unit}" for budget in budgets)


def _weights(found: Found) -> list[str]:
    if not found.weights:
        return []
    rows = []
    for page, weight in found.weights.items():
        limits = [
            Budget("first", weight.first / 1000, 60, " KB"),
            Budget("requests", weight.requests, 6),
            Budget("next", weight.following / 1000, 20, " KB"),
        ]
        rows.append(
            [
                page,
                kilobytes(weight.first),
                str(weight.requests),
                kilobytes(weight.following),
                str(weight.following_requests),
                _limits(limits),
                verdict(limits),
            ]
        )
    head = ["Page", "First view KB", "Requests", "Next view KB", "Requests", "Budget", ""]
    return ["### Weight\n\nBodies as they were sent, compressed; 1 KB is 1,000 bytes.\n", table(head, rows)]


def _grading(found: Found) -> list[str]:
    if not found.grading:
        return []
    cost, waits = found.grading["cost"], found.grading["wait"]
    if "unavailable" in cost:
        return [f"### Grading\n\nNot measured: {cost['unavailable']}\n"]
    bare, isolated, forked = (median(cost[way]) for way in ("bare", "isolated", "forked"))
    ratio = [Budget("ratio", isolated / bare, 1.5, " x"), Budget("p50", 1000 * isolated, 130, " ms")]
    fast = [Budget("ratio", forked / bare, 1.5, " x"), Budget("p50", 1000 * forked, 15, " ms")]
    most = 0.5 if found.machine["Broker"] == "Redis" else 1.5
    rows = [
        _times("the bare interpreter imports numpy", cost["bare"], []),
        _times("one trivial numpy submission, graded in a box of its own", cost["isolated"], ratio),
        _times("the same, forked from the zygote", cost["forked"], fast),
        *(
            _times(f"from submit to grade: {name}", taken, [Budget("p50", median(taken), most, " s")])
            for name, taken in waits.items()
        ),
    ]
    head = ["What", "Times", "p50 ms", "p95 ms", "least ms", "Figure", "Budget", ""]
    text = "### Grading\n\nThe first three by turns; the others with an idle worker.\n"
    return [text, table(head, rows), *_volume(found.grading["volume"])]


def _volume(volume: dict[str, Any]) -> list[str]:
    """Say what two workers get done, and how long a regrade takes. Rates are turned round: a budget is a most."""
    rows = []
    for way, name, least, most in (("isolated", "a box for each run", 15, 130), ("forked", "the fast box", 150, 15)):
        one = volume["ways"][way]
        budgets = [
            Budget("ms between grades", 1000 / one["per_second"], 1000 / least, " ms"),
            Budget("p50", 1000 * median(one["seconds"]), most, " ms"),
            Budget("memory", one["peak_mb"], 250, " MB"),
        ]
        figure = f"{one['per_second']:.0f}/s, {one['peak_mb']} MB"
        what = f"{name}: one alone, from claimed to recorded; {volume['workers']} workers at a long line"
        rows.append([what, str(len(one["seconds"])), milliseconds(median(one["seconds"])), figure, verdict(budgets)])
    regrade = volume["regrade"]
    spent = regrade["compared"] + regrade["applied"]
    budgets = [Budget("regrade", spent, 300, " s"), Budget("memory", regrade["peak_mb"], 250, " MB")]
    figure = f"{regrade['compared']:.0f} s + {regrade['applied']:.0f} s, {regrade['peak_mb']} MB"
    what = f"regrading {regrade['attempts']:,} attempts of {regrade['people']:,} people: table + applying"
    rows.append([what, "1", "", figure, verdict(budgets)])
    return [table(["What", "Times", "p50 ms", "Figure", ""], rows)]


def _judging(found: Found) -> list[str]:
    """Compare wall clocks with the limits: a desk that waits for others waits all the same."""
    if not found.judging:
        return []
    rows = []
    for case in judging.CASES:
        taken = found.judging[case.name]
        least = min(one["wall"] for one in taken)
        limits = [] if case.limit is None else [Budget("least", least, case.limit, " s")]
        cpu = median([one["cpu"] for one in taken])
        row = [case.name, str(len(taken)), milliseconds(median([one["wall"] for one in taken])), milliseconds(least)]
        rows.append([*row, milliseconds(cpu), _limits(limits), verdict(limits)])
    head = ["What", "Times", "p50 ms", "least ms", "CPU ms", "Budget", ""]
    return ["### Judging\n\nSimulated scores, variances of NIPS 2014, 4,000 draws, one thread.\n", table(head, rows)]


def _bank(found: Found) -> list[str]:
    if not found.bank:
        return []
    rows = []
    for search, one in found.bank.items():
        limits = [Budget("growth", one["growth"], BANK_GROWTH, " x")]
        sizes = [f"{one[str(size)]:.1f}" for size in BANKS]
        rows.append([search, *sizes, f"{one['growth']:.2f}", _limits(limits), verdict(limits)])
    head = ["Search", *(f"{size:,} problems: p95 ms" for size in BANKS), "Growth", "Budget", ""]
    text = "### Searching the bank\n\nBanks of their own, asked without a server between.\n"
    return [text, table(head, rows)]


def _times(what: str, taken: Sequence[float], limits: Sequence[Budget]) -> list[str]:
    return [
        what,
        str(len(taken)),
        milliseconds(median(taken)),
        milliseconds(percentile(taken, 95)),
        milliseconds(min(taken)),
        ", ".join(f"{shown(budget.value)}{budget.unit}" for budget in limits),
        _limits(limits),
        verdict(limits),
    ]


def _rows(found: Found) -> list[str]:
    loads = list(found.rows)
    names = list(dict.fromkeys(name for rows in found.rows.values() for name in rows))
    rows = [[name, *(f"{found.rows[load].get(name, 0):,}" for load in loads), ""] for name in names]
    return ["### Rows\n", table(["", *loads, ""], rows)]
