"""Which pages are measured, as whom, and what each may cost. The budgets are multiples of the minimal page."""

from dataclasses import dataclass

GROWTH = 1.3  # how much dearer a page may be under the large load
MINIMAL, CHANGELIST = "minimal page", "stock changelist"
INSIDE = "minimal page inside WhiteBox"


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    who: str  # the part of the address before @demo.test; empty for a stranger
    ratio: float | None = None  # of its median to the minimal page's
    queries: int | None = None
    growth: float | None = GROWTH
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
    Page("review desk", "reviewer", ratio=3),
    Page("marking desk", "mentor"),
    Page("applications in the admin", "organizer"),
    Page("pipeline", "organizer", growth=None),  # it lists 24 applications when small and 100 a page when large
)

# Said of a page that misses a budget; found with cProfile and the log of queries, on SQLite.
WHY = {
    "home": (
        "the database answers in 1 to 2 ms. Building the SQL of {queries} queries and drawing the page take most "
        "of the processor time; what a pack version says is kept in the process"
    ),
    "module": (
        "the database answers in 1 to 2 ms. Building the SQL of {queries} queries, the template and compressing "
        "its text take most of the processor time. The text has 160 formulas, and four figures are requests of "
        "their own"
    ),
    "problem bank": (
        "nine tenths are the template: 50 rows of three includes each, and the filters, whose 26 options Django "
        "renders with a template each"
    ),
    "review desk": (
        "half of the processor time finds the assignment by a query over eight tables; "
        "PostgreSQL takes about 10 ms for it"
    ),
    "landing": "it asks one query; half a millisecond is middleware, the rest its template",
}


def chosen(only: list[str]) -> list[Page]:
    """Return the floors and the pages whose name holds one of the words; without words all."""
    return [page for page in MEASURED if page.is_shown_always or not only or any(word in page.name for word in only)]
