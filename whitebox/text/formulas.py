"""TeX to MathML, with limits that keep a hostile formula cheap."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from typing import Final
from xml.etree.ElementTree import Element, tostring

from django.utils.translation import gettext as _
from latex2mathml.converter import Converter

from whitebox.text.rendered import Trouble

LONGEST: Final = 2_000  # Characters of one formula.
DEEPEST: Final = 50  # Levels of braces, and of nested MathML elements twice as many.

# latex2mathml knows `split` but not the names that amsmath gives the same layout inside a display.
ENVIRONMENTS: Final = {"aligned": "split", "gathered": "matrix", "alignedat": "split"}
ENVIRONMENT: Final = re.compile(r"\\(begin|end)\{(" + "|".join(ENVIRONMENTS) + r")\}")
# Three definitions that each use the one before a hundred times make a million letters out of a thousand.
DEFINITION: Final = re.compile(
    r"\\(?:(?:re)?new(?:command|environment)|providecommand|[egx]?def|let|DeclareMathOperator)\b"
)
UNKNOWN: Final = re.compile(r"\\[A-Za-z]+")
# Browsers know only mathvariant="normal", so letters in other styles become the characters made for them.
STYLED: Final = {
    "bold": (0x1D400, 0x1D41A, 0x1D6A8, 0x1D6C2),
    "italic": (None, None, 0x1D6E2, 0x1D6FC),
    "bold-italic": (0x1D468, 0x1D482, 0x1D71C, 0x1D736),
}


class FormulaError(Exception):
    """A formula that is shown as its source. `kind` and the message say why."""

    def __init__(self, kind: Trouble, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@lru_cache(maxsize=2_048)  # A check of a pack and its load render each text; half a pack's time was its formulas.
def to_mathml(formula: str, *, display: bool) -> str:
    """Return `formula` as a <math> element whose texts are escaped.

    Raises FormulaError where it is too long, too deep, or not understood.
    """
    _refuse_monsters(formula)
    root = _convert(ENVIRONMENT.sub(_known_environment, formula), display=display)
    for element in _walk(root):
        _tidy(element)
        _join_words(element)
    _unwrap(root)
    if display:  # In a line it would be a twelfth of a page, and screen readers read the elements.
        root.set("alttext", formula)
    return tostring(root, encoding="unicode")


def as_source(formula: str) -> str:
    """Return HTML that shows a formula which did not convert."""
    shown = formula if len(formula) <= 200 else f"{formula[:200]}…"
    return f'<code class="math-problem">{escape(shown)}</code>'


def _refuse_monsters(formula: str) -> None:
    if len(formula) > LONGEST:
        reason = _("This formula has %(length)d characters; at most %(longest)d are shown.")
        raise FormulaError(Trouble.FORMULA_SIZE, reason % {"length": len(formula), "longest": LONGEST})
    if _brace_depth(formula) > DEEPEST:
        raise FormulaError(Trouble.FORMULA_SIZE, _("This formula nests its braces too deeply."))
    if DEFINITION.search(formula):
        raise FormulaError(Trouble.FORMULA, _("A formula cannot define commands. Write the formula out."))


def _brace_depth(formula: str) -> int:
    """Return how deep the braces nest. Raises FormulaError for one without its partner, which the library lets pass."""
    depth = deepest = 0
    for brace in re.findall(r"\\.|[{}]", formula, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        deepest = max(deepest, depth)
        if depth < 0:
            break
    if depth:
        raise FormulaError(Trouble.FORMULA, _("This formula has a brace without its partner."))
    return deepest


def _known_environment(match: re.Match[str]) -> str:
    return f"\\{match[1]}{{{ENVIRONMENTS[match[2]]}}}"


def _convert(formula: str, *, display: bool) -> Element:
    try:
        return Converter(display="block" if display else "inline").convert_to_element(formula)
    except Exception as fault:
        # The library fails in many ways, RecursionError among them, on what people type.
        reason = _("This formula could not be read (%(fault)s). Check its braces and commands.")
        raise FormulaError(Trouble.FORMULA, reason % {"fault": type(fault).__name__}) from fault


def _walk(root: Element) -> Iterator[Element]:
    """Yield every element. Raises FormulaError below a depth that browsers and parsers still take."""
    stack = [(root, 0)]
    while stack:
        element, depth = stack.pop()
        if depth > 2 * DEEPEST:
            raise FormulaError(Trouble.FORMULA_SIZE, _("This formula nests its parts too deeply."))
        yield element
        stack.extend((child, depth + 1) for child in element)


def _tidy(element: Element) -> None:
    """Undo the library's character references, so that writing the tree escapes what people typed."""
    text = unescape(element.text or "")
    if element.tag != "mtext" and (unknown := UNKNOWN.match(text)):
        reason = _("The command %(command)s is not known here.")
        raise FormulaError(Trouble.FORMULA, reason % {"command": unknown[0]})
    variant = element.get("mathvariant")
    if variant in STYLED:
        text, element.attrib["mathvariant"] = "".join(_styled(letter, variant) for letter in text), "normal"
    element.text = text or None


def _join_words(row: Element) -> None:
    """Make a row of upright letters one word, which is read as a word and weighs a tenth: `\\mathrm{model}`."""
    if row.tag == "mrow" and len(row) > 1 and all(_is_upright_letter(element) for element in row):
        word = Element("mi")  # A name of several letters is upright by itself.
        word.text = "".join(element.text or "" for element in row)
        row[:] = [word]


def _unwrap(root: Element) -> None:
    """Take away what draws nothing: a third of what a formula weighs. Operators stay: alone in a row they look else."""
    if root.get("display") == "inline":
        del root.attrib["display"]  # it is what a formula is without it
    if len(root) == 1 and _is_plain_row(root[0]):
        root[:] = list(root[0])
    for element in root.iter():
        element[:] = [_inside(child) for child in element]


def _inside(element: Element) -> Element:
    while _is_plain_row(element) and len(element) == 1 and element[0].tag in {"mrow", "mi", "mn"}:
        element = element[0]
    return element


def _is_plain_row(element: Element) -> bool:
    return element.tag == "mrow" and not element.attrib


def _is_upright_letter(element: Element) -> bool:
    return element.get("mathvariant") == "normal" and re.fullmatch("[A-Za-z]", element.text or "") is not None


def _styled(letter: str, variant: str) -> str:
    for first, last, start in zip("Aa\u0391\u03b1", "Zz\u03a9\u03c9", STYLED[variant], strict=True):
        if start is not None and first <= letter <= last:
            return chr(start + ord(letter) - ord(first))
    return letter
