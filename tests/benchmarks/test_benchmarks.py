"""The harness's own arithmetic. Nothing here is timed."""

from dataclasses import replace

import pytest

from tests.benchmarks import document, judging, results, slowest, timing, weights
from tests.benchmarks.figures import Budget, median, percentile, table, verdict
from tests.benchmarks.loads.admissions import APPLICATIONS, code
from tests.benchmarks.pages import CHANGELIST, INSIDE, MINIMAL, WHY, Page, chosen
from tests.benchmarks.results import Found
from tests.benchmarks.timing import Samples, Target
from tests.benchmarks.weights import Weight

MACHINE = {"Database": "SQLite 3.40.1", "Broker": "files"}


def samples(*milliseconds: float, queries: int = 5) -> Samples:
    seconds = [one / 1000 for one in milliseconds]
    return Samples(seconds=seconds, cpu=seconds, queries=[queries] * len(seconds), size=1_000)


@pytest.mark.parametrize(("percent", "expected"), [(0, 1.0), (50, 2.5), (95, 3.85), (100, 4.0)])
def test_percentile_lies_between_its_neighbours(percent: float, expected: float) -> None:
    assert percentile([4, 1, 3, 2], percent) == pytest.approx(expected)


def test_median_of_one_value_is_that_value() -> None:
    assert median([7]) == 7


def test_budget_is_met_at_its_limit_and_missed_above() -> None:
    at, above = Budget("ratio", 3, 3, " x"), Budget("ratio", 3.01, 3, " x")

    assert (at.verdict, above.verdict) == ("met", "**missed**")


def test_verdict_names_only_what_is_missed() -> None:
    found = verdict([Budget("queries", 13, 12), Budget("ratio", 2.5, 3, " x")])

    assert found == "**missed**: queries 13 of 12"


def test_verdict_without_budget_says_nothing() -> None:
    assert verdict([]) == ""


def test_table_keeps_a_bar_inside_its_cell() -> None:
    assert table(["a", "b", "c"], [["1|2", "3", "4"]]) == "| a | b | c |\n| :-- | --: | :-- |\n| 1\\|2 | 3 | 4 |\n"


def test_page_is_compared_with_the_floor_of_its_own_load() -> None:
    page = Page("home", "participant", ratio=3, queries=12)
    asked = {
        ("small", MINIMAL): samples(5, 5, 5),
        ("large", MINIMAL): samples(10, 10, 10),
        ("small", "home"): samples(14, 15, 16),
        ("large", "home"): samples(29, 30, 31, queries=13),
    }

    small, large = results.of_pages([page], asked)

    assert [small.ratio, large.ratio] == pytest.approx([3, 3])
    assert (small.growth, large.growth) == (None, 2)
    assert verdict(small.budgets) == "met"
    assert verdict(large.budgets) == "**missed**: queries 13 of 12; growth 2 x of 1.30 x"


def test_only_keeps_the_floors() -> None:
    assert [page.name for page in chosen(["desk"])] == [MINIMAL, CHANGELIST, INSIDE, "review desk", "marking desk"]


def test_needs_of_a_page_are_counted_once() -> None:
    html = """<link rel="stylesheet" href="/a.css"><link rel="canonical" href="/x"><link rel="icon" href="/i.svg">
    <script src="/a.js"></script><img src="/a.png"><img src="/a.png"><img src="data:image/png;base64,xx">
    <img src="/b.svg#one"><img src="/b.svg#other">"""

    assert weights.needs(html) == ["/a.css", "/i.svg", "/a.js", "/a.png", "/b.svg"]


@pytest.mark.parametrize(
    ("cache_control", "expected"),
    [
        ("max-age=315360000, public, immutable", True),
        ("private, max-age=60", True),
        ("max-age=0", False),
        ("no-cache, max-age=60", False),
        ("", False),
    ],
)
def test_only_what_has_an_age_is_shown_again_without_asking(cache_control: str, expected: bool) -> None:
    assert weights.is_fresh(cache_control) is expected


def put(text: str, found: Found) -> str:
    return document.replaced(text, document.HEAD, document.kind(found), document.section(found))


def test_document_replaces_the_section_of_its_own_database_only() -> None:
    embedded = Found(MACHINE, rounds=1, weights={"home": Weight(12_000, 3, 5_000, 1)})
    server = replace(embedded, machine={"Database": "PostgreSQL 15.5", "Broker": "Redis"})
    heavier = replace(embedded, weights={"home": Weight(61_000, 3, 5_000, 1)})

    both = put(put("", embedded), server)
    again = put(both, heavier)

    assert again.count("## SQLite") == again.count("## PostgreSQL") == 1
    assert "| home | 61.0 | 3 | 5.0 | 1 |" in again
    assert "| home | 12.0 | 3 | 5.0 | 1 |" in again.partition("## PostgreSQL")[2]
    assert put(again, heavier) == again


def test_document_shows_a_missed_figure_as_missed() -> None:
    found = Found(MACHINE, rounds=1)
    found.grading = {"cost": {"bare": [0.1], "isolated": [0.2], "forked": [0.01]}, "wait": {"one function": [0.3]}}
    found.grading["volume"] = {
        "workers": 2,
        "ways": {
            "isolated": {"seconds": [0.1], "per_second": 20, "peak_mb": 100},
            "forked": {"seconds": [0.01], "per_second": 100, "peak_mb": 260},
        },
        "regrade": {"attempts": 10_000, "people": 1000, "compared": 30, "applied": 60, "peak_mb": 120},
    }

    shown = document.section(found)

    assert "**missed**: ratio 2 x of 1.50 x" in shown
    way = "a box for each run: one alone, from claimed to recorded; 2 workers at a long line"
    assert f"{way} | 1 | 100 | 20/s, 100 MB | met |" in shown
    assert "**missed**: ms between grades 10 ms of 6.67 ms; memory 260 MB of 250 MB" in shown
    assert "regrading 10,000 attempts of 1,000 people: table + applying | 1 |  | 30 s + 60 s, 120 MB | met |" in shown
    assert "| from submit to grade: one function | 1 | 300 | 300 | 300 | 0.30 s | p50 ≤ 1.50 s | met |" in shown


def test_document_says_why_grading_was_not_measured() -> None:
    found = Found(MACHINE, rounds=1, grading={"cost": {"unavailable": "no bubblewrap"}, "wait": {}})

    assert "Not measured: no bubblewrap" in document.section(found)


def test_codes_of_the_large_load_are_all_different() -> None:
    assert len({code(place) for place in range(APPLICATIONS)}) == APPLICATIONS


@pytest.mark.parametrize(("load", "warned"), [("2.9", False), ("8.0", True)])
def test_document_warns_of_a_crowded_machine(load: str, warned: bool) -> None:
    found = Found(MACHINE | {"Cores": "2", "Load average at the start": load}, rounds=1)

    assert ("others were at work" in document.section(found)) is warned


def test_document_says_where_the_time_of_a_missed_page_goes() -> None:
    asked = {("small", MINIMAL): samples(5), ("small", "home"): samples(50)}
    found = Found(MACHINE, rounds=1, pages=results.of_pages([Page("home", "participant", ratio=3)], asked))

    said = WHY["home"].format(queries=found.pages[0].queries)
    assert f"- *home*: {said}." in document.section(found)


def test_a_board_is_compared_with_the_changelist_and_a_desk_is_weighed() -> None:
    asked = {
        ("small", MINIMAL): samples(5),
        ("small", CHANGELIST): samples(40),
        ("small", "board"): samples(50),
        ("small", "desk"): samples(10),
    }
    pages = [Page("board", "organizer", changelist=1.5), Page("desk", "reviewer", kilobytes=0.5)]

    board, desk = results.of_pages(pages, asked)

    assert verdict(board.budgets) == "met"
    assert [budget.value for budget in board.budgets] == [1.25]
    assert verdict(desk.budgets) == "**missed**: size 1 KB of 0.50 KB"


def test_dear_pages_are_asked_for_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        timing, "_ask", lambda _reader, target, _samples, *, is_counted: asked.append((target.page, is_counted))
    )

    timing.measure([Target("small", "cheap", "", ""), Target("small", "dear", "", "", every=6)], rounds=7)

    counted = [page for page, is_counted in asked if is_counted]
    assert (counted.count("cheap"), counted.count("dear")) == (7, 2)
    assert ("dear", False) in asked  # it is warm, too


def test_document_compares_searches_with_those_in_a_small_bank() -> None:
    found = Found(MACHINE, rounds=1, bank={"two words": {"340": 10.0, "10000": 25.0, "growth": 2.5}})

    assert "| two words | 10.0 | 25.0 | 2.50 | growth ≤ 2 x | **missed**: growth 2.50 x of 2 x |" in document.section(
        found
    )


def test_document_compares_judging_with_its_limits() -> None:
    taken = {case.name: [{"wall": 2.0, "cpu": 1.0}] for case in judging.CASES}

    shown = document.section(Found(MACHINE, rounds=1, judging=taken))

    assert "| 1 | 2000 | 2000 | 1000 | least ≤ 1 s | **missed**: least 2 s of 1 s |" in shown
    assert "least ≤ 20 s | met |" in shown


def test_many_keys_of_a_query_are_left_out() -> None:
    keys = ", ".join(map(str, range(1000)))

    assert slowest.short(f'"id" IN ({keys}) AND "kind" IN (1, 2)') == '"id" IN (0, 1, 2, …) AND "kind" IN (1, 2)'
