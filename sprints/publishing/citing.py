"""How a published text asks to be cited: BibTeX, one plain line, and the tags that search engines read."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from sprints.publishing.models import Writeup

SPECIAL = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\~{}",
    "^": r"\^{}",
}


def bibtex(writeup: Writeup, names: Sequence[str], address: str) -> str:
    """Return a BibTeX entry for a published write-up."""
    at, title = writeup.published_at, writeup.shown.title if writeup.shown else ""
    if at is None:
        raise ValueError(f"{writeup} is not published.")
    fields = {
        "title": f"{{{_escaped(title)}}}",
        "author": " and ".join(f"{{{_escaped(name)}}}" if "," in name else _escaped(name) for name in names),
        "year": f"{at.year}",
        "month": f"{at.month}",
        "howpublished": _escaped(writeup.cohort.title),
        "url": address,
    }
    rows = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{_key(names, at.year, title)},\n{rows}}}\n"


def plain(writeup: Writeup, names: Sequence[str], address: str) -> str:
    """Return the citation as one line."""
    at, title = writeup.published_at, writeup.shown.title if writeup.shown else ""
    year = at.year if at else ""
    return f"{', '.join(names)} ({year}). {title}. {writeup.cohort.title}. {address}"


def tags(writeup: Writeup, names: Sequence[str], address: str) -> Iterator[tuple[str, str]]:
    """Yield the names and contents of the citation_* meta tags."""
    yield "citation_title", writeup.shown.title if writeup.shown else ""
    for name in names:
        yield "citation_author", name
    if writeup.published_at is not None:
        yield "citation_publication_date", writeup.published_at.strftime("%Y/%m/%d")
    yield "citation_public_url", address


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(sign, sign) for sign in text.replace("\\", " "))


def _key(names: Sequence[str], year: int, title: str) -> str:
    last = names[0].split()[-1] if names and names[0].split() else "anonymous"
    word = next((word for word in re.findall(r"\w+", title) if len(word) > 3), "text")
    return _ascii(last) + str(year) + _ascii(word)


def _ascii(word: str) -> str:
    plain_letters = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain_letters.lower()) or "x"
