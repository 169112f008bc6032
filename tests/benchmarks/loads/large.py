"""Make the demonstration a large one. `python -m tests.benchmarks.loads.large` with the settings of the measured site.

Rows are made in bulk, because the verbs would take hours; the invariants are asked afterwards, so that the load is one
that the verbs could have left. The same seed gives the same load.
"""

import logging
import random
import time

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  # Django comes first

from tests.benchmarks.loads import admissions, crowd, learning, ranked, research  # noqa: E402
from whitebox.web import statistics  # noqa: E402
from whitebox.web.invariant import Breach, breaches  # noqa: E402

SEED = 7
logger = logging.getLogger(__name__)


def main() -> None:
    began = time.monotonic()
    with transaction.atomic():
        gathered = crowd.gather(random.Random(SEED))
        for part in (admissions.apply, learning.study, research.claim):
            part(gathered)
            logger.info("%s after %.0f s", part.__module__, time.monotonic() - began)
    ranked.fill(gathered.now, ranked.LARGE, SEED)
    logger.info("the board's round after %.0f s", time.monotonic() - began)
    broken = _broken()
    if broken:
        raise SystemExit(f"The large load breaks {broken}")
    logger.info("invariants hold after %.0f s", time.monotonic() - began)


def _broken() -> list[Breach]:
    """Ask the invariants, with statistics: a night has passed over such a load, and autovacuum or our task over it."""
    statistics.refresh()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return breaches()


if __name__ == "__main__":
    main()
