"""Letters of one wording differ in a name and a link: the rest is drawn once, and the values are put where they belong.

Drawing Markdown takes a millisecond, and a tick may queue a hundred thousand letters.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

# What stands for a value while a wording is drawn: a word, or an address where the value is one.
WORD, PLACE = "wbv{}wbv", "https://wbv{}wbv.invalid/"
MARK = re.compile(r"https://wbv(\d+)wbv\.invalid/|wbv(\d+)wbv")
ALONE = re.compile(r"{{\s*(\w+)\s*}}")
TAGS = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
# Values that look the same wherever they stand. Others are drawn with the wording, as they are.
PLAIN = re.compile(r"(?!.*&[#\w])[^\s\x00-\x1f\x7f]+(?: [^\s\x00-\x1f\x7f]+)*")
ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9:/?#=.,+_&@-]*)?")
LONGEST = 1_000  # signs of a value


Parts = tuple[str, ...]  # the even ones are words, the odd ones the number of the value that belongs there


@dataclass(frozen=True, slots=True)
class Shape:
    """A letter with gaps."""

    subject: Parts
    text: Parts
    html: Parts


def values_of(wording: str, context: Mapping[str, object]) -> dict[str, str]:
    """Return what can be put into a drawn wording: plain values of names that only ever stand alone in it."""
    alone, used = _names(wording)
    return {
        name: value
        for name in alone
        if isinstance(value := context.get(name), str)
        and name not in used
        and len(value) <= LONGEST
        and (ADDRESS.fullmatch(value) or (PLAIN.fullmatch(value) and not value.startswith(("http://", "https://"))))
    }


def marks(values: Iterable[str]) -> list[str]:
    """Return what stands for each of these values."""
    return [(PLACE if ADDRESS.fullmatch(value) else WORD).format(place) for place, value in enumerate(values)]


def shape(subject: str, text: str, html: str) -> Shape | None:
    """Return the shape of what was drawn with marks.

    None where the place of a word could make a link of some values: in an attribute, as in `[x]({{ name }})`, and
    between angles, as in `<{{ name }}>`.
    """
    for mark in MARK.finditer(html):
        before = html[: mark.start()]
        is_word = mark.group(2) is not None
        if is_word and (before.rfind("<") > before.rfind(">") or before.endswith("&lt;")):
            return None
    return Shape(_parts(subject), _parts(text), _parts(html))


def joined(parts: Parts, values: Sequence[str]) -> str:
    return "".join(values[int(part)] if place % 2 else part for place, part in enumerate(parts))


def is_marked(text: str) -> bool:
    """Tell whether a text has signs that would be taken for a mark."""
    return MARK.search(text) is not None


@lru_cache(maxsize=128)
def _names(wording: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the names that stand alone somewhere, and the words of all other tags."""
    tags = TAGS.findall(wording)
    alone = dict.fromkeys(match.group(1) for tag in tags if (match := ALONE.fullmatch(tag)))
    others = " ".join(tag for tag in tags if not ALONE.fullmatch(tag))
    return tuple(alone), frozenset(re.findall(r"\w+", others))


def _parts(drawn: str) -> Parts:
    found, last = list[str](), 0
    for mark in MARK.finditer(drawn):
        found += [drawn[last : mark.start()], mark.group(1) or mark.group(2)]
        last = mark.end()
    return (*found, drawn[last:])
