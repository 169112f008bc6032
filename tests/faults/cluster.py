"""A PostgreSQL server of a test's own, which it may stop, crash and start."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.running import free_port

USER = "postgres"  # the server refuses to be run by root


@cache
def binaries() -> Path | None:
    """Return where the server's programs are, the newest first; None where the machine has none."""
    found = shutil.which("pg_ctl")
    there = [Path(found).parent] if found else []
    there += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in there if (folder / "pg_ctl").exists() and (folder / "initdb").exists()), None)


@dataclass(frozen=True, slots=True)
class Cluster:
    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/postgres"

    def restart(self, mode: str) -> None:
        """Stop in this mode and start again: `immediate` is a crash, after which the log is read back."""
        self._control("restart", "--mode", mode)

    def start(self) -> None:
        self._control("start")

    def stop(self, mode: str) -> None:
        self._control("stop", "--mode", mode)

    def _control(self, *what: str) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=60"
        _as_owner("pg_ctl", *what, "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o", options)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Make a server in `folder`, run it, and stop it whatever happened."""
    folder.mkdir(parents=True)
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
        for above in folder.parents:  # pytest's folders are closed to others
            if above.stat().st_uid == 0 and above.stat().st_mode & 0o001 == 0:
                above.chmod(above.stat().st_mode | 0o001)
    _as_owner(
        "initdb", "-D", folder / "data", "-U", USER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"
    )
    made = Cluster(folder, free_port())
    made.start()
    try:
        yield made
    finally:
        made.stop("immediate")


def _as_owner(program: str, *arguments: str | Path) -> None:
    there = binaries()
    assert there is not None
    owner = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    line = [*owner, str(there / program), *map(str, arguments)]
    # What the server writes goes into its log: a pipe would stay open as long as it runs.
    done = subprocess.run(line, cwd="/", check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert done.returncode == 0, f"{program} {arguments[0]}: {_log(arguments)}"


def _log(arguments: tuple[str | Path, ...]) -> str:
    file = next((Path(one) for one in arguments if str(one).endswith("/log")), None)
    return file.read_text()[-2000:] if file and file.exists() else "it wrote no log"
