"""Following every link that a person sees, with an HTTP client that carries the browser's cookies."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import APIResponse, BrowserContext

MOST_PAGES = 150  # a role
MOST_OF_A_KIND = 2  # pages with the same pattern and the same names in their query
NOT_FOLLOWED = re.compile(r"^/(static|accounts/logout|admin/logout)/")
SIGN_IN = ("/accounts/login/", "/admin/login/")


@dataclass(frozen=True, slots=True)
class Visit:
    address: str  # path and query
    seen_on: str
    kind: str
    status: int
    to: str
    headers: dict[str, str]
    html: str

    @property
    def is_page(self) -> bool:
        return self.status == 200 and self.headers.get("content-type", "").startswith("text/html")

    @property
    def is_download(self) -> bool:
        return self.headers.get("content-disposition", "").startswith("attachment")

    def __str__(self) -> str:
        return f"{self.address} ({self.status}, linked on {self.seen_on})"


@dataclass
class Outline(HTMLParser):
    """What a page says about itself before any script runs."""

    html: str
    lang: str = ""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = ""
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang") or ""
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        elif tag == "h1":
            self.headings.append("")
        if tag in {"h1", "title"}:
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "h1":
            self.headings[-1] += data
        elif self._inside == "title":
            self.title += data


def kind_of(address: str) -> str:
    """Return the pattern behind an address with the names in its query: filters and pages do not explode."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return parts.path
    # The catch-all views of the admin have no name.
    name = found.view_name if found.url_name else found.route
    asked = sorted({key for key, _value in parse_qsl(parts.query)})
    return f"{name}?{'&'.join(asked)}" if asked else name


def crawl(context: BrowserContext, address: str, starts: list[str]) -> Iterator[Visit]:
    """Visit what can be reached from `starts` by links, nearest first, a few of each kind."""
    waiting = deque((start, "the start") for start in starts)
    known, counted = set(starts), Counter[str]()
    while waiting and counted.total() < MOST_PAGES:
        path, seen_on = waiting.popleft()
        kind = kind_of(path)
        if counted[kind] >= MOST_OF_A_KIND:
            continue
        counted[kind] += 1
        visit = _visit(context, address, path, seen_on, kind)
        yield visit
        for link in _links(visit, address):
            if link not in known:
                known.add(link)
                waiting.append((link, path))


def _visit(context: BrowserContext, address: str, path: str, seen_on: str, kind: str) -> Visit:
    answer: APIResponse = context.request.get(address + path, max_redirects=0, timeout=20_000)  # milliseconds
    headers = answer.headers
    is_text = headers.get("content-type", "").startswith("text/html")
    to = urljoin(path, headers.get("location", ""))
    found = Visit(path, seen_on, kind, answer.status, to, headers, answer.text() if is_text else "")
    answer.dispose()
    return found


def _links(visit: Visit, address: str) -> list[str]:
    found = [visit.to] if visit.status in {301, 302} else []
    found += Outline(visit.html).links if visit.is_page else []
    here = urlsplit(address).netloc
    paths = []
    for link in found:
        parts = urlsplit(urljoin(address + visit.address, link))
        if parts.netloc != here or parts.scheme not in {"http", "https"} or NOT_FOLLOWED.match(parts.path):
            continue
        paths.append(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return paths
