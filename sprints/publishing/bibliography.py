"""References: BibTeX in, numbered out, in the order in which the text cites them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bibtexparser import middlewares
from bibtexparser.entrypoint import parse_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

LONGEST = 100_000  # characters
MOST_NAMES = 8  # of one reference; the rest is "et al."
WEB = re.compile(r"^https?://[^\s<>\"]+$")
DOI = re.compile(r"^10\.\d{4,9}/\S+$")
ARXIV = re.compile(r"^(\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7})$")


@dataclass(frozen=True, slots=True)
class Reference:
    key: str
    fields: Mapping[str, str]

    @property
    def names(self) -> str:
        """The authors or editors as they are written in a list."""
        people = [_name(one) for one in re.split(r"\s+and\s+", self._get("author", "editor")) if one.strip()]
        return ", ".join([*people[:MOST_NAMES], *(["et al."] if len(people) > MOST_NAMES else [])])

    @property
    def year(self) -> str:
        return self._get("year", "date")[:4]

    @property
    def title(self) -> str:
        return self._get("title") or self.key

    @property
    def venue(self) -> str:
        return self._get("journal", "booktitle", "publisher", "school", "institution", "howpublished")

    @property
    def address(self) -> str:
        """Where it can be read: by its DOI, on arXiv, or at the address it names."""
        doi, eprint, url = self._get("doi").removeprefix("https://doi.org/"), self._get("eprint"), self._get("url")
        if DOI.match(doi):
            return f"https://doi.org/{doi}"
        if ARXIV.match(eprint):
            return f"https://arxiv.org/abs/{eprint}"
        return url if WEB.match(url) else ""

    def _get(self, *names: str) -> str:
        return next((found for name in names if (found := " ".join(self.fields.get(name, "").split()))), "")


def _name(written: str) -> str:
    """Turn "Last, First" into "First Last"."""
    last, comma, first = written.strip().partition(",")
    return f"{first.strip()} {last.strip()}" if comma else last


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What a BibTeX text holds, and what in it could not be read."""

    references: Mapping[str, Reference]
    problems: Sequence[str]


@lru_cache(maxsize=32)
def read(source: str) -> Bibliography:
    """Read BibTeX. Never raises: what cannot be read is named in a sentence and left out."""
    if len(source) > LONGEST:
        return Bibliography({}, (_("The references have more than 100,000 characters."),))
    if not source.strip():
        return Bibliography({}, ())
    library = parse_string(source, append_middleware=[middlewares.LatexDecodingMiddleware()])
    references = {
        entry.key: Reference(entry.key, {name.lower(): str(field.value) for name, field in entry.fields_dict.items()})
        for entry in library.entries
    }
    problems = [
        _("The reference that begins on line %(line)d cannot be read.") % {"line": (block.start_line or 0) + 1}
        for block in library.failed_blocks
    ]
    if not references and not problems:
        problems.append(
            _("There is no reference in this BibTeX. An entry begins with @, for example @article{key, …}.")
        )
    return Bibliography(references, tuple(problems))


class Citing:
    """Numbers the references of one text in the order in which it cites them."""

    def __init__(self, bibliography: Bibliography) -> None:
        self._known = bibliography.references
        self.cited: list[Reference] = []

    def __call__(self, keys: list[str]) -> str:
        """Return the HTML of a citation. Raises LookupError with the first key that names nothing."""
        missing = next((key for key in keys if key not in self._known), None)
        if missing is not None:
            raise LookupError(missing)
        marks = format_html_join(", ", '<a href="#ref-{0}">{0}</a>', ((self._number(key),) for key in keys))
        return format_html('<span class="citation">[{}]</span>', marks)

    def _number(self, key: str) -> int:
        reference = self._known[key]
        if reference not in self.cited:
            self.cited.append(reference)
        return self.cited.index(reference) + 1

    def listed(self) -> SafeString:
        """Return the list of what was cited."""
        if not self.cited:
            return SafeString("")
        rows = format_html_join(
            "\n", '<li id="ref-{}">{}</li>', ((place, _drawn(one)) for place, one in enumerate(self.cited, start=1))
        )
        return format_html(
            '<section class="references"><h2 id="h-references">{}</h2><ol>{}</ol></section>', _("References"), rows
        )


def _drawn(one: Reference) -> SafeString:
    title = (
        format_html('<a href="{}" rel="noopener nofollow">{}</a>', one.address, one.title) if one.address else one.title
    )
    rest = ", ".join(part for part in (one.venue, one.year) if part)
    return format_html("{}{}{}", f"{one.names}. " if one.names else "", title, f". {rest}." if rest else ".")
