"""What a run found, as the document and `--json` show it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.benchmarks.figures import Budget, median, percentile
from tests.benchmarks.pages import CHANGELIST, MINIMAL, Page
from tests.benchmarks.serving import LARGE, SMALL
from tests.benchmarks.timing import Samples
from tests.benchmarks.weights import Weight


@dataclass(frozen=True, slots=True)
class PageFigure:
    """One page under one load. Times are seconds."""

    page: str
    load: str
    p50: float
    p95: float
    least: float
    cpu: float  # median of the server's processor time
    queries: int
    size: int
    rows: int
    ratio: float  # of the medians, to the minimal page of the same load
    growth: float | None  # of the medians, to the small load
    budgets: tuple[Budget, ...]


@dataclass(slots=True)
class Found:
    """Everything one run measured."""

    machine: Mapping[str, str]
    rounds: int
    pages: list[PageFigure] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)  # by load
    weights: dict[str, Weight] = field(default_factory=dict)
    grading: dict[str, Any] = field(default_factory=dict)
    judging: dict[str, list[dict[str, float]]] = field(default_factory=dict)  # seconds, by case
    bank: dict[str, dict[str, float]] = field(default_factory=dict)  # by search: p95 in ms by size, and the growth

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def of_pages(pages: Sequence[Page], samples: Mapping[tuple[str, str], Samples]) -> list[PageFigure]:
    """Work the figures of every page out, beside the floor that was measured in the same rounds."""
    return [_figure(page, load, samples) for page in pages for load in (SMALL, LARGE) if (load, page.name) in samples]


def _figure(page: Page, load: str, samples: Mapping[tuple[str, str], Samples]) -> PageFigure:
    own = samples[load, page.name]
    p50 = median(own.seconds)
    ratio = p50 / median(samples[load, MINIMAL].seconds)
    small = samples.get((SMALL, page.name))
    growth = p50 / median(small.seconds) if small is not None and load == LARGE else None
    queries = max(own.queries)
    return PageFigure(
        page=page.name,
        load=load,
        p50=p50,
        p95=percentile(own.seconds, 95),
        least=min(own.seconds),
        cpu=median(own.cpu),
        queries=queries,
        size=own.size,
        rows=own.rows,
        ratio=ratio,
        growth=growth,
        budgets=(
            *budgets(page, ratio, queries, growth),
            *_beside_changelist(page, load, samples),
            *_weight(page, own),
            *_clock(page, own),
        ),
    )


def _beside_changelist(page: Page, load: str, samples: Mapping[tuple[str, str], Samples]) -> list[Budget]:
    stock = samples.get((load, CHANGELIST))
    if page.changelist is None or stock is None:
        return []
    own = median(samples[load, page.name].seconds)
    return [Budget("of the stock changelist", own / median(stock.seconds), page.changelist, " x")]


def _weight(page: Page, own: Samples) -> list[Budget]:
    return [] if page.kilobytes is None else [Budget("size", own.size / 1000, page.kilobytes, " KB")]


def _clock(page: Page, own: Samples) -> list[Budget]:
    if page.milliseconds is None:
        return []
    return [Budget("p95", 1000 * percentile(own.seconds, 95), page.milliseconds, " ms")]


def budgets(page: Page, ratio: float, queries: int, growth: float | None) -> list[Budget]:
    """Return the figures of a page that have a limit."""
    found = []
    if page.ratio is not None:
        found.append(Budget("ratio", ratio, page.ratio, " x"))
    if page.queries is not None:
        found.append(Budget("queries", queries, page.queries))
    if page.growth is not None and growth is not None:
        found.append(Budget("growth", growth, page.growth, " x"))
    return found
