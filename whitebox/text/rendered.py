"""What a renderer gives back."""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """The kinds of problem a text can have; a linter may choose which of them stop a load."""

    TOO_LONG = "too_long"
    ALT_TEXT = "alt_text"
    HEADING_ORDER = "heading_order"
    FORMULA = "formula"
    FORMULA_SIZE = "formula_size"
    PICTURE = "picture"
    REFERENCE = "reference"
    MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class Problem:
    line: int  # Counted from 1; 0 where the place in the source is not known (inside a footnote).
    kind: Trouble
    message: str


@dataclass(frozen=True, slots=True)
class Heading:
    level: int  # As rendered: 2 to 6.
    text: str
    slug: str
    line: int


@dataclass(frozen=True, slots=True)
class Link:
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block at the top of the text that remarks can point at. Lines of the source, from 0; the last is not part."""

    anchor: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML and what was learnt on the way. `words` leaves code and formulas out."""

    html: str
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    words: int = 0
    problems: tuple[Problem, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
