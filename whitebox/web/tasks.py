"""The site's own tasks."""

import logging

from whitebox.background import task
from whitebox.web import invariant, statistics

logger = logging.getLogger(__name__)


@task("web.check_invariants")
def check_invariants() -> None:
    statistics.refresh()
    for breach in invariant.breaches():
        logger.error("invariant broken: %s, rows %s", breach.name, breach.keys)
