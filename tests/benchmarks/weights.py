"""What a page weighs on the line: the first view, and the next one with what a browser has kept."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from typing_extensions import override

from tests.benchmarks.timing import Reader, Target

LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload"}


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of the bodies as they were sent, and how many requests that took."""

    first: int
    requests: int
    following: int
    following_requests: int


class Needs(HTMLParser):
    """Collects the addresses that a browser loads for a page by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and LOADED_LINKS & set((given.get("rel") or "").split()):
            self._add(given.get("href"))
        elif tag in {"script", "img", "iframe", "source", "video", "audio"}:
            self._add(given.get("src"))

    def _add(self, address: str | None) -> None:
        address = urldefrag(address).url if address else address  # parts of one file are one request
        if address and not address.startswith("data:") and address not in self.addresses:
            self.addresses.append(address)


def needs(html: str) -> list[str]:
    parser = Needs()
    parser.feed(html)
    return parser.addresses


def weigh(target: Target) -> Weight:
    """Load a page with all it needs, then once more as a browser that kept what it was allowed to keep."""
    reader, cookie = Reader(), {"Cookie": target.cookie} if target.cookie else {}
    try:
        first, wanted = _page(reader, target, cookie)
        kept = [(address, *_part(reader, target, address, cookie)) for address in wanted]
        following, _wanted = _page(reader, target, cookie)
        again = [
            _asked_again(reader, target, address, headers, cookie)
            for address, _size, headers in kept
            if not is_fresh(headers.get("Cache-Control", ""))
        ]
    finally:
        reader.close()
    return Weight(first + sum(size for _, size, _ in kept), 1 + len(kept), following + sum(again), 1 + len(again))


def is_fresh(cache_control: str) -> bool:
    """Tell whether a browser that has just loaded this shows it again without asking."""
    parts = (part.strip().lower().partition("=") for part in cache_control.split(","))
    directives = {name: value for name, _equals, value in parts}
    return "no-cache" not in directives and int(directives.get("max-age") or 0) > 0


def _page(reader: Reader, target: Target, cookie: Mapping[str, str]) -> tuple[int, list[str]]:
    response, body = reader.ask(target.host, target.address, cookie)
    is_gzip = response.headers["Content-Encoding"] == "gzip"
    return len(body), needs((gzip.decompress(body) if is_gzip else body).decode())


def _part(reader: Reader, target: Target, address: str, cookie: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    response, body = reader.ask(target.host, urljoin(target.address, address), cookie)
    if response.status != 200:
        raise RuntimeError(f"{target.page} needs {address}: {response.status}")
    return len(body), dict(response.headers)


def _asked_again(
    reader: Reader, target: Target, address: str, headers: Mapping[str, str], cookie: Mapping[str, str]
) -> int:
    """Return the bytes of a conditional request; an answer of 304 has none."""
    names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
    conditions = {names[name]: headers[name] for name in names if name in headers}
    _response, body = reader.ask(target.host, urljoin(target.address, address), conditions | dict(cookie))
    return len(body)
