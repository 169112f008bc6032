"""How long pages take, asked by turns over connections that stay open, so that a busy moment falls on all alike."""

import gzip
import http.client
import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.counting import CPU, QUERIES

SEED = 1
ROW = re.compile(rb"<(?:tr|li)[ >]")
WARM_UP = 5  # rounds that are not counted


@dataclass(frozen=True, slots=True)
class Target:
    """One page on one server, as one person asks for it."""

    load: str
    page: str
    host: str
    address: str
    cookie: str = ""
    every: int = 1  # rounds


@dataclass(slots=True)
class Samples:
    """What one page cost each time it was asked for."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    size: int = 0  # bytes as they were sent
    rows: int = 0  # of tables and lists on the page


class Reader:
    """Asks for pages as one browser with one connection a server."""

    def __init__(self) -> None:
        self.connections: dict[str, http.client.HTTPConnection] = {}

    def ask(self, host: str, address: str, headers: Mapping[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        """Return an answer with its body still compressed."""
        connection = self.connections.setdefault(host, http.client.HTTPConnection(host, timeout=120))
        connection.request("GET", address, headers={"Accept-Encoding": "gzip"} | dict(headers))
        response = connection.getresponse()
        return response, response.read()

    def close(self) -> None:
        for connection in self.connections.values():
            connection.close()


def measure(targets: Sequence[Target], rounds: int) -> dict[tuple[str, str], Samples]:
    """Return samples by load and page. Each round asks for its pages once, in an order of its own."""
    rng, reader = random.Random(SEED), Reader()
    found = {(target.load, target.page): Samples() for target in targets}
    try:
        for number in range(WARM_UP + rounds):
            for target in rng.sample(targets, len(targets)):
                if number and (number - WARM_UP) % target.every:
                    continue
                _ask(reader, target, found[target.load, target.page], is_counted=number >= WARM_UP)
    finally:
        reader.close()
    return found


def _ask(reader: Reader, target: Target, samples: Samples, *, is_counted: bool) -> None:
    began = time.perf_counter()
    response, body = reader.ask(target.host, target.address, {"Cookie": target.cookie} if target.cookie else {})
    taken = time.perf_counter() - began
    if response.status != 200:
        raise RuntimeError(
            f"{target.page} ({target.load}): {response.status} at {target.address} {response.headers['Location'] or ''}"
        )
    if not is_counted:
        return
    samples.seconds.append(taken)
    samples.cpu.append(float(response.headers[CPU]))
    samples.queries.append(int(response.headers[QUERIES]))
    if samples.size != len(body):
        samples.size, samples.rows = len(body), rows_in(response, body)


def rows_in(response: http.client.HTTPResponse, body: bytes) -> int:
    """Return how many rows of tables and items of lists a page shows."""
    page = gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body
    return len(ROW.findall(page))
