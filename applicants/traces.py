"""Where a text may tell who wrote it: names, addresses, links, numbers, schools. It proposes; an organizer decides."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext_lazy as _

from applicants.models import Identity

Kind = Literal["name", "address", "link", "phone", "handle", "school"]
LABELS: Mapping[Kind, object] = {
    "name": _("name"),
    "address": _("e-mail address"),
    "link": _("link"),
    "phone": _("telephone number"),
    "handle": _("name on other sites"),
    "school": _("school or employer"),
}

# Every run has a limit and begins where a word does: a hostile text of 40,000 letters takes no longer than another.
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.(?:com|org|net|io|dev|me|ph|edu|ai|app|gg)(?:/[^\s<>\"')\]]*)?\b",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d\s().-]{6,24}\d(?!\w)")
HANDLE = re.compile(r"(?<![\w@./])@[A-Za-z0-9_][\w.-]{1,38}")
TELLING = frozenset({"name", "handle", "school", "address"})  # a link to work is what we ask for
JOINTS = str.maketrans(dict.fromkeys("/.-_~", " "))  # of addresses
FEWEST_DIGITS = 7  # of a telephone number
SHORTEST = 3  # letters of a name's part: shorter ones are words of their own too often
LOOSE = {"the", "and", "for", "van", "von", "der", "den", "del", "dela", "las", "los", "san", "santa", "jr", "iii"}
COMMON = {
    "school", "university", "college", "institute", "high", "senior", "national", "state", "science", "technology",
    "academy", "department", "company", "philippines", "city", "campus", "center", "centre", "international",
}  # fmt: skip
SITES = {
    "http",
    "https",
    "www",
    "github",
    "gitlab",
    "linkedin",
    "twitter",
    "facebook",
    "instagram",
    "com",
    "org",
    "net",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text, its end not included."""

    start: int
    end: int
    kind: Kind
    text: str

    @property
    def label(self) -> str:
        return str(LABELS[self.kind])


def found(text: str, identity: Identity) -> list[Span]:
    """Return the places that may tell who wrote a text, in order and without overlaps."""
    spans = sorted(_all(text, identity), key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def in_link(link: str, identity: Identity) -> list[Span]:
    """Return the places in an address that tell who it belongs to: as a whole it is one span of another kind."""
    words = link.translate(JOINTS)
    return [replace(span, text=link[span.start : span.end]) for span in found(words, identity) if span.kind in TELLING]


def _all(text: str, identity: Identity) -> Iterator[Span]:
    yield from _matches(text, ADDRESS, "address")
    yield from _matches(text, LINK, "link")
    yield from _matches(text, HANDLE, "handle")
    yield from (span for span in _matches(text, PHONE, "phone") if sum(map(str.isdigit, span.text)) >= FEWEST_DIGITS)
    yield from _words(text, _handles(identity), "handle")
    yield from _words(text, _names(identity), "name")
    yield from _words(text, _schools(identity), "school")


def _matches(text: str, pattern: re.Pattern[str], kind: Kind) -> Iterator[Span]:
    for match in pattern.finditer(text):
        whole = match[0].rstrip(".,;:!? ")
        yield Span(match.start(), match.start() + len(whole), kind, whole)


def _words(text: str, wanted: list[str], kind: Kind) -> Iterator[Span]:
    """Find whole words, whatever their case."""
    if not wanted:
        return
    either = "|".join(re.escape(word) for word in sorted(wanted, key=len, reverse=True))
    for match in re.finditer(rf"(?<!\w)(?:{either})(?!\w)", text, re.IGNORECASE):
        yield Span(match.start(), match.end(), kind, match[0])


def _names(identity: Identity) -> list[str]:
    whole = identity.name.strip()
    parts = [part for part in re.split(r"[\s.,-]+", whole) if len(part) >= SHORTEST and part.lower() not in LOOSE]
    return [name for name in [whole, *parts] if name]


def _handles(identity: Identity) -> list[str]:
    """Return what a person is called on other sites: the name in their address, and the parts of their links."""
    parts = [identity.email.partition("@")[0], *re.split(r"[\s/@?=&#.:]+", identity.links)]
    return [part for part in parts if len(part) > SHORTEST and part.lower() not in SITES]


def _schools(identity: Identity) -> list[str]:
    """Return the whole name of a school, its own words, and what its initials make."""
    whole = identity.school.strip()
    words = re.findall(r"\w+", whole)
    initials = "".join(word[0] for word in words if word[0].isupper())
    own = [word for word in words if len(word) > SHORTEST and word.lower() not in COMMON | LOOSE]
    return [name for name in [whole, *own, initials if len(initials) >= 2 else ""] if name]
