"""A whole WhiteBox as its users meet it: real processes, a real worker, a filled demonstration.

Started once for all browser tests of a process. It uses the database and broker of the environment, in a database,
folder and broker number of its own.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import migrated
from tests.running import (
    WORKER,
    environment_for,
    free_port,
    process,
    redis_number,
    run,
    wait_for_web,
    web,
)


@dataclass(frozen=True, slots=True)
class Site:
    address: str
    folder: Path
    environment: dict[str, str]

    @property
    def mails(self) -> Path:
        """The folder into which the site writes its mails."""
        return self.folder / "mail"

    def manage(self, *command: str) -> str:
        """Run a management command against the site's database and return what it printed."""
        return run(list(command), self.environment)


@contextmanager
def running(folder: Path, *, name: str = "browser", redis: int = 2) -> Iterator[Site]:
    """Fill a demonstration below `folder`, serve it with one worker, and stop both at the end.

    Two of one process need different names, and Redis numbers that lie two apart.
    """
    port = free_port()
    with migrated.database(f"{name}_{os.getpid()}", folder) as database:
        environment = environment_for(folder, port, database, redis=redis_number(redis))
        served = environment | {"DEBUG": "false"}
        run(["demo", "--no-serve"], environment)
        run(["collectstatic", "--noinput", "--verbosity", "0"], served)
        worker = f"{WORKER.format(concurrency=1)} -B"
        with process(web(port), served, folder / "web.log"), process(worker, served, folder / "worker.log"):
            site = Site(f"http://127.0.0.1:{port}", folder, environment)
            wait_for_web(site.address, folder / "web.log")
            yield site
