"""Which pages are measured, as whom, and what each may cost. The budgets are multiples of the minimal page."""

from dataclasses import dataclass

GROWTH = 1.3  # how much dearer a page may be under the large load
BANKS = (340, 10_000)  # problems
BANK_GROWTH = 2.0  # p95 of a search in the large bank over p95 of it in the small one
MINIMAL, CHANGELIST = "minimal page", "stock changelist"
INSIDE = "minimal page inside WhiteBox"


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    who: str  # the part of the address before @demo.test; empty for a stranger
    ratio: float | None = None  # of its median to the minimal page's
    queries: int | None = None
    growth: float | None = GROWTH
    changelist: float | None = None  # of its median to the stock changelist's
    kilobytes: float | None = None  # as it is sent, compressed
    milliseconds: float | None = None  # of its 95th percentile
    every: int = 1  # rounds; dear pages are asked for less often
    is_floor: bool = False

    @property
    def is_shown_always(self) -> bool:
        return self.is_floor or self.name == INSIDE


MEASURED = (
    Page(MINIMAL, "participant", growth=None, is_floor=True),
    Page(CHANGELIST, "stock", growth=None, is_floor=True),
    Page(INSIDE, "participant"),
    Page("home", "participant", ratio=3, queries=12),
    Page("module", "participant", ratio=3, queries=12),
    Page("week map", "participant"),
    Page("check's result", "participant"),
    Page("landing", "", ratio=1.5),
    Page("problem bank", "participant", ratio=4),
    Page("review desk", "reviewer", ratio=3, queries=12, kilobytes=40),
    Page("marking desk", "mentor"),
    Page("applications in the admin", "organizer"),
    Page("screening board", "organizer", queries=12, changelist=1.5),
    Page("gradebook of 200 x 10", "bookkeeper", queries=10, growth=None, changelist=1.5),
    Page("gradebook of 1,000 x 60", "bookkeeper", queries=10, growth=None, milliseconds=500),
    Page("funder's report", "organizer", growth=None, milliseconds=10_000, every=6),
    Page("funder's report as PDF", "organizer", growth=None, milliseconds=10_000, every=6),
    Page("cohort report", "organizer", growth=None, milliseconds=10_000, every=6),
    Page("selection validity", "organizer", growth=None, milliseconds=10_000, every=6),
    Page("pipeline", "organizer", growth=None),  # it lists 24 applications when small and 100 a page when large
)

# Said of a page that misses a budget; found with cProfile by processor time, on PostgreSQL.
WHY = {
    "home": (
        "a third goes into asking {queries} queries and building their rows, a third into working out what is next and "
        "not yet, a fifth into drawing; their SQL is written once a process, and parts that look the same are kept"
    ),
    "module": (
        "a quarter goes into asking {queries} queries and building their rows, a quarter into what the person may do, "
        "the rest into putting parts together that are kept; compressing 75 KB of text is 1 ms of it"
    ),
    "problem bank": "it asks {queries} queries, of which a third are written anew each time; the drawn rows are kept",
    "review desk": "it asks {queries} small queries; one over all tables takes PostgreSQL longer to plan than to run",
    "landing": "it asks one query; half a millisecond is middleware, the rest its template",
}


def chosen(only: list[str]) -> list[Page]:
    """Return the floors and the pages whose name holds one of the words; without words all."""
    return [page for page in MEASURED if page.is_shown_always or not only or any(word in page.name for word in only)]
