"""The last word on what HTML leaves this package."""

from functools import cache
from typing import Final

import nh3

PROSE: Final = (
    "a abbr blockquote br code del div em figcaption figure h2 h3 h4 h5 h6 hr img li ol p pre s section span strong "
    "sub sup table tbody td th thead tr ul"
)
# MathML Core, and menclose for boxes. No maction, no annotation-xml: neither is needed, both have carried scripts.
MATHS: Final = (
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt "
    "mstyle msub msubsup msup mtable mtd mtext mtr munder munderover"
)
MATHS_ATTRIBUTES: Final = (
    "accent accentunder columnalign columnlines columnspan depth displaystyle fence form height largeop linethickness "
    "lspace mathcolor mathvariant maxsize minsize movablelimits notation rowlines rowspan rspace scriptlevel separator "
    "stretchy symmetric voffset width"
)
ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": {"class", "id"},
    "a": {"href", "title", "aria-label"},
    "div": {"role", "tabindex", "aria-label"},
    "img": {"src", "alt", "loading", "width", "height"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "section": {"aria-label"},
    "span": {"tabindex"},
    "th": {"scope"},
}


def sanitise(html: str, *, nofollow: bool) -> str:
    """Drop every element, attribute and address that our own rendering has no use for."""
    return _cleaner(nofollow).clean(html)


@cache
def _cleaner(nofollow: bool) -> nh3.Cleaner:  # noqa: FBT001 - cache() wants a plain argument; both callers are above.
    attributes = {tag: set(names) for tag, names in ATTRIBUTES.items()}
    attributes |= {tag: set(MATHS_ATTRIBUTES.split()) for tag in MATHS.split()}
    attributes["math"] |= {"alttext", "display"}
    return nh3.Cleaner(
        tags={*PROSE.split(), *MATHS.split()},
        attributes=attributes,
        link_rel="noopener nofollow" if nofollow else "noopener",
        url_schemes={"http", "https", "mailto"},
    )
