"""Workers on two hosts lose one of them and then the network, while work is under way: nothing is lost or done twice.

    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m tests.hosts.drill [GRADINGS LETTERS [AWAY CUT]]

The database and the broker are on one host, two hosts with a worker each on a network of their own. When a quarter is
done one host is killed and comes back after AWAY seconds. Then the second half is handed in and, when half is done, the
other's cable pulled for CUT seconds: however fast the workers are, there is work when either host is lost. Leases end
when they end, so the last piece of work may be waited for six minutes; in a drill of less than 500 pieces those of work
that has been held for long are ended.
"""

import email
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whitebox.settings")
django.setup()

from tests import migrated  # noqa: E402  # Django comes first
from tests.hosts import work  # noqa: E402
from tests.hosts.network import HERE, Host, hosts, relayed  # noqa: E402
from tests.postgres import postgres_database  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
GRADINGS, LETTERS = 1000, 10_000
AWAY, CUT = 30, 60  # seconds without the killed host, and without the cable
PATIENCE = 900.0  # seconds without any progress; above the longest lease
EVERY = 5.0  # seconds between two looks
SHORT = 500  # pieces of work
PORTS = {"DATABASE_URL": 15432, "REDIS_URL": 16379}  # at which the other hosts reach them
USUAL = {"DATABASE_URL": 5432, "REDIS_URL": 6379}
WORKER = [sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "whitebox", "worker"]
WORKER += ["--concurrency", "1", "-Q", "interactive,batch", "--loglevel", "warning"]
BEAT = [sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "whitebox", "beat", "--loglevel", "warning"]


def far(name: str) -> str:
    """Return an address of the environment as the other hosts reach it."""
    parts = urlsplit(os.environ[name])
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit(parts._replace(netloc=f"{user}{HERE}:{PORTS[name]}"))


class Drill:
    def __init__(self, folder: Path, places: list[Host], gradings: int, letters: int, away: int, cut: int) -> None:
        self.folder, self.places, self.gradings, self.letters = folder, places, gradings, letters
        self.away, self.without = away, cut
        self.environment = os.environ | {name: far(name) for name in PORTS}
        self.workers = [self._worker(one) for one in places]
        self.done: list[tuple[float, int]] = [(0.0, 0)]  # seconds and pieces of work; people hand in from the start
        self.happened: dict[str, float] = {}
        self.coming = gradings + letters  # pieces of work that are not yet handed in
        self.people, self.check = work.people_who_study(gradings)

    def _worker(self, host: Host) -> "subprocess.Popen[bytes]":
        return host.start(WORKER, self.environment, self.folder / f"worker{host.number}.log")

    def kill(self, number: int) -> None:
        """Take a host's power: everything on it ends at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.workers[number].pid, signal.SIGKILL)
        self.workers[number].wait()

    def hand_in(self, half: int) -> None:
        """Hand in the first half of the work (0) or the second (1)."""
        most_people, most_letters = (self.gradings + 1) // 2, (self.letters + 1) // 2
        people = self.people[most_people:] if half else self.people[:most_people]
        readers = range(most_letters, self.letters) if half else range(most_letters)
        work.hand_in(people, self.check, readers)
        self.coming -= len(people) + len(readers)

    def left(self) -> int:
        return self.coming + work.left()

    def run(self) -> dict[str, Any]:
        began, whole = time.monotonic(), self.gradings + self.letters
        self.hand_in(0)
        ticking = [*BEAT, "-s", str(self.folder / "beat")]
        beat = self.places[1].start(ticking, self.environment, self.folder / "beat.log")
        moved = time.monotonic()
        while ((left := self.left()) or "healed" not in self.happened) and time.monotonic() < moved + PATIENCE:
            now = time.monotonic() - began
            if self.done[-1][1] != whole - left:
                moved = time.monotonic()
            self.done.append((round(now, 1), whole - left))
            self._harm(now, (whole - left) / whole)
            if whole < SHORT:
                work.end_leases()
            time.sleep(0.5 if whole < SHORT else EVERY)
        self.done.append((round(time.monotonic() - began, 1), whole - self.left()))
        with suppress(ProcessLookupError):
            os.killpg(beat.pid, signal.SIGKILL)
        for number in range(len(self.places)):
            self.kill(number)
        return self._report(work.found())

    def _harm(self, now: float, share: float) -> None:
        happened = self.happened
        if "killed" not in happened and share >= 0.25:
            self.kill(0)
            happened["killed"] = now
        if "killed" in happened and "back" not in happened and now > happened["killed"] + self.away:
            self.workers[0] = self._worker(self.places[0])
            happened["back"] = now
            self.hand_in(1)
        if "cut" not in happened and "back" in happened and share >= 0.5:
            self.places[1].cut()
            happened["cut"] = now
        if "cut" in happened and "healed" not in happened and now > happened["cut"] + self.without:
            self.places[1].heal()
            happened["healed"] = now

    def _report(self, found: dict[str, Any]) -> dict[str, Any]:
        files = (self.folder / "mail").iterdir()
        mails = Counter(email.message_from_bytes(path.read_bytes())["To"] for path in files)
        found |= {"mails": sum(mails.values()), "mails_twice": sum(count > 1 for count in mails.values())}
        moments = {name: round(at, 1) for name, at in self.happened.items()}
        rates = {
            "before": self._rate(0, moments.get("killed", 0)),
            "one_host": self._rate(moments.get("killed", 0), moments.get("back", 0)),
            "cut": self._rate(moments.get("cut", 0), moments.get("healed", 0)),
            "after": self._rate(moments.get("healed", 0), self.done[-1][0]),
        }
        lost = found["left"] or found["lost"] or found["double_counted"] or found["mails_twice"] or found["charged"]
        return found | {"happened": moments, "per_second": rates, "seconds": self.done[-1][0], "ok": not lost}

    def _rate(self, since: float, until: float) -> float | None:
        """Return pieces of work a second between two moments."""
        inside = [(at, count) for at, count in self.done if since <= at <= until]
        if len(inside) < 2 or inside[-1][0] == inside[0][0]:
            return None
        return round((inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0]), 1)


def inside(gradings: int, letters: int, away: int, cut: int) -> None:
    folder = Path(os.environ["VAR_DIR"])
    ports = {port: urlsplit(os.environ[name]).port or USUAL[name] for name, port in PORTS.items()}
    with hosts(2) as places, relayed(ports):
        report = Drill(folder, places, gradings, letters, away, cut).run()
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    if not report["ok"]:
        raise SystemExit("Something was lost, doubled or charged.")


def main(*sizes: int) -> None:
    """Make a database of our own and let a process of its own work on it: settings are read once."""
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres_database(f"hosts_{os.getpid()}", template=migrated.template()) as address,
    ):
        own = {"DATABASE_URL": address, "VAR_DIR": folder, "EMAIL_URL": "filemail://", "HOSTS_DRILL": "inside"}
        line = [sys.executable, "-W", "ignore", "-m", "tests.hosts.drill", *map(str, sizes)]
        done = subprocess.run(line, cwd=ROOT, env=os.environ | own, check=False)
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    (inside if os.environ.get("HOSTS_DRILL") else main)(*given, *(GRADINGS, LETTERS, AWAY, CUT)[len(given) :])
