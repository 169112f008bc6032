"""The last ten minutes before a deadline: applicants save as they type and hand in, all at once.

    python -m tests.benchmarks.burst [APPLICANTS MINUTES]

Each applicant has a draft, opens one page of the form, saves it three times while typing, sends it, reads everything
back, hands in and looks at the status: eight requests, at moments of their own spread over the minutes. An answer's
time begins at the moment when its request was due, so that a server that falls behind cannot hide it. At the end the
database is asked whether everybody's last words were handed in once.
"""

import heapq
import http.client
import json
import random
import re
import sys
import threading
import time
import uuid
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks import machine, serving
from tests.benchmarks.figures import percentile

APPLICANTS, MINUTES = 2000, 10
SMALLER = 50  # applicants on SQLite, where one writes at a time
READERS = 64  # connections that are open at once
SAVES, PAUSE = 3, 4.0  # while typing; seconds between two
IDLE = 30.0  # seconds after which a connection is opened anew: the server ends those that nobody uses for 75
SEED = 3
QUESTION = "motivation"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
KEY = re.compile(rb'name="key" value="([^"]+)"')


@dataclass
class Applicant:
    token: str
    section: str
    others: dict[str, Any]  # answers of the same page that stay as they are
    words: str
    cookie: str = ""
    form_token: str = ""
    key: str = ""
    steps: deque[str] = field(
        default_factory=lambda: deque(["open", *["save"] * SAVES, "send", "read", "hand in", "status"])
    )


@dataclass
class Timetable:
    """Who does something when, and how it went: seconds from when each answer was due, by step, and what was wrong."""

    due: list[tuple[float, int, Applicant]]  # a heap
    left: int
    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def taken(self) -> tuple[float, Applicant] | None:
        """Return what is due by now, or None."""
        with self.lock:
            if self.due and self.due[0][0] <= time.monotonic():
                at, _number, applicant = heapq.heappop(self.due)
                return at, applicant
        return None

    def done(self, step: str, at: float, wrong: str, applicant: Applicant) -> None:
        now = time.monotonic()
        with self.lock:
            self.seconds.setdefault(step, []).append(now - at)
            if wrong:
                self.wrong[f"{step}: {wrong}"] += 1
            if applicant.steps:
                heapq.heappush(self.due, (max(at + PAUSE, now), id(applicant), applicant))
            else:
                self.left -= 1


class Reader(threading.Thread):
    """One connection that does what is due, whoever's it is."""

    def __init__(self, host: str, ready: "Queue[tuple[float, Applicant] | None]", timetable: "Timetable") -> None:
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection(host, timeout=120)
        self.ready, self.timetable = ready, timetable
        self.used_at = time.monotonic()

    def run(self) -> None:
        while (given := self.ready.get()) is not None:
            at, applicant = given
            step = applicant.steps.popleft()
            try:
                wrong = self._do(step, applicant)
            except (OSError, http.client.HTTPException) as broken:
                wrong = type(broken).__name__
                self.connection.close()
            self.timetable.done(step, at, wrong, applicant)

    def _do(self, step: str, applicant: Applicant) -> str:
        """Do one step; return what was wrong with the answer, or nothing."""
        page = f"/application/{applicant.token}/answers/{applicant.section}/"
        check = f"/application/{applicant.token}/check/"
        if step in {"save", "send"}:
            applicant.words += f" and then {len(applicant.steps)}"
            sent = applicant.others | {QUESTION: applicant.words} | ({"autosave": "1"} if step == "save" else {})
            return self._ask(page, applicant, wanted=204 if step == "save" else 302, sent=sent)
        if step == "hand in":
            return self._ask(check, applicant, wanted=302, sent={"key": applicant.key or str(uuid.uuid4())})
        return self._ask(
            {"open": page, "read": check, "status": f"/application/{applicant.token}/"}[step], applicant, wanted=200
        )

    def _ask(self, address: str, applicant: Applicant, *, wanted: int, sent: dict[str, Any] | None = None) -> str:
        if time.monotonic() - self.used_at > IDLE:
            self.connection.close()
        headers = {"Cookie": applicant.cookie} if applicant.cookie else {}
        if sent is None:
            self.connection.request("GET", address, headers=headers)
        else:
            body = urlencode(sent | {"csrfmiddlewaretoken": applicant.form_token}, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            self.connection.request("POST", address, body=body, headers=headers)
        response = self.connection.getresponse()
        text, self.used_at = response.read(), time.monotonic()
        for value in response.headers.get_all("Set-Cookie", []):
            applicant.cookie = value.partition(";")[0]
        if found := TOKEN.search(text):
            applicant.form_token = found[1].decode()
        if found := KEY.search(text):
            applicant.key = found[1].decode()
        return "" if response.status == wanted else str(response.status)


def play(host: str, applicants: list[Applicant], seconds: float) -> Timetable:
    """Let everybody do their steps, the first of each at a moment within `seconds`."""
    rng, began = random.Random(SEED), time.monotonic() + 1
    length = PAUSE * (len(applicants[0].steps) - 1)
    starts = [(began + rng.uniform(0, max(1.0, seconds - length)), id(one), one) for one in applicants]
    heapq.heapify(starts)
    timetable, ready = Timetable(starts, len(applicants)), Queue[tuple[float, Applicant] | None]()
    readers = [Reader(host, ready, timetable) for _number in range(READERS)]
    for reader in readers:
        reader.start()
    while timetable.left:
        given = timetable.taken()
        if given is None:
            time.sleep(0.002)
        else:
            ready.put(given)
    for _reader in readers:
        ready.put(None)
    for reader in readers:
        reader.join()
    return timetable


def _report(found: Timetable, applicants: list[Applicant], minutes: float, checked: dict[str, int]) -> dict[str, Any]:
    every = [one for some in found.seconds.values() for one in some]
    return {
        "applicants": len(applicants),
        "minutes": minutes,
        "requests": len(every),
        "errors": dict(found.wrong),
        "p50_ms": round(percentile(every, 50) * 1000, 1),
        "p95_ms": round(percentile(every, 95) * 1000, 1),
        "p99_ms": round(percentile(every, 99) * 1000, 1),
        "steps_p95_ms": {step: round(percentile(some, 95) * 1000, 1) for step, some in found.seconds.items()},
        **checked,
        "load": machine.load_average(),
    }


def main(arguments: list[str]) -> None:
    with serving.places([serving.SMALL]) as places:
        place = places[serving.SMALL]
        is_server = bool(place.environment["DATABASE_URL"])
        count = int(arguments[0]) if arguments else APPLICANTS if is_server else SMALLER
        minutes = float(arguments[1]) if len(arguments) > 1 else MINUTES
        serving.create(place)
        file, last = place.folder / "burst.json", place.folder / "last.json"
        place.run("tests.benchmarks.bursting", "prepare", str(file), str(count))
        place.run("django", "collectstatic", "--noinput", "--verbosity", "0")
        applicants = [Applicant(**one) for one in json.loads(file.read_text())]
        with place.working(), place.serving("whitebox.settings", workers=2) as host:
            found = play(host, applicants, minutes * 60)
        if found.wrong:
            sys.stderr.write((place.folder / "whitebox.settings.log").read_text()[-4000:])
        last.write_text(json.dumps([{"token": one.token, "words": one.words} for one in applicants]))
        place.run("tests.benchmarks.bursting", "verify", str(last))
        checked = json.loads(Path(f"{last}.found").read_text())
    sys.stdout.write(json.dumps(_report(found, applicants, minutes, checked), indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
