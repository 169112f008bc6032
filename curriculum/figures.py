"""Drawings of modules: SVG that can do nothing but be looked at.

A module's drawings also come as one file, of which a page shows a part for each: one request, however many they are.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from xml.etree import ElementTree

from django.urls import reverse

LARGEST: Final = 60_000  # bytes; a page of four such figures stays readable over a slow line
ELEMENTS: Final = frozenset(
    {
        *("svg", "g", "defs", "symbol", "use", "marker", "clipPath", "mask", "pattern"),
        *("title", "desc", "text", "tspan"),
        *("path", "line", "polyline", "polygon", "rect", "circle", "ellipse"),
        *("linearGradient", "radialGradient", "stop"),
    }
)
NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
SHEET: Final = "sheet.svg"  # the name of the file that holds all drawings of a module
GAP: Final = 8  # pixels between two drawings of a sheet, so that the edge of one never shows beside the other
POINTER: Final = re.compile(r"(url\(\s*['\"]?#)")
ADDRESS: Final = re.compile(r"url\(\s*['\"]?(?!#)|(?:javascript|data|https?|file):", re.IGNORECASE)
VIEW_BOX: Final = re.compile(r"^\s*0[\s,]+0[\s,]+(\d+(?:\.\d+)?)[\s,]+(\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as its file has it. Width and height are CSS pixels, from the view box."""

    name: str
    content: str
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.content.encode()).hexdigest()

    @property
    def address(self) -> str:
        return reverse("curriculum:figure", args=[self.digest, self.name])

    @property
    def part(self) -> str:
        """What a sheet calls this drawing."""
        return part_of(self.digest)


def drawing(name: str, content: str) -> Drawing:
    """Return a figure whose `problems` are none."""
    size = VIEW_BOX.match(_root(content).get("viewBox", ""))
    width, height = (size[1], size[2]) if size else ("1", "1")
    return Drawing(name, content, round(float(width)), round(float(height)))


def part_of(digest: str) -> str:
    """Return what a sheet calls the drawing with a digest: a name that is an id, whatever the file is called."""
    return f"f{digest[:12]}"


def sheet(drawings: Sequence[Drawing]) -> Drawing:
    """Return one file with all drawings below each other, each with a view of its own."""
    width = max(one.width for one in drawings)
    height = sum(one.height + GAP for one in drawings)
    root = ElementTree.Element("svg", {"xmlns": NAMESPACE.strip("{}"), "viewBox": f"0 0 {width} {height}"})
    top = 0
    for one in drawings:
        box = f"0 {top} {one.width} {one.height}"
        root.append(ElementTree.Element("view", {"id": one.part, "viewBox": box}))
        root.append(_placed(one, top))
        top += one.height + GAP
    return Drawing(SHEET, ElementTree.tostring(root, encoding="unicode"), width, height)


def _placed(drawing: Drawing, top: int) -> ElementTree.Element:
    """Return a drawing for its place in a sheet. Its ids are its own there, for two drawings may use the same."""
    inner = _root(drawing.content)
    for element in inner.iter():
        element.tag = str(element.tag).removeprefix(NAMESPACE)
        element.attrib = {
            name: _renamed(name, value, f"{drawing.part}-")
            for name, value in ((key.rpartition("}")[2], value) for key, value in element.attrib.items())
        }
    inner.attrib |= {"y": str(top), "width": str(drawing.width), "height": str(drawing.height)}
    return inner


def _renamed(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return prefix + value
    if name == "href":
        return f"#{prefix}{value.removeprefix('#')}"
    return POINTER.sub(lambda found: found[0] + prefix, value)


def problems(content: str) -> Iterator[str]:
    """Yield all that keeps an SVG from being shown: markup that acts or asks for something elsewhere."""
    if len(content.encode()) > LARGEST:
        yield f"the figure is larger than {LARGEST:,} bytes"
        return
    if "<!" in content.replace("<!--", ""):
        yield "a figure has no document type and no entities"
        return
    try:
        root = _root(content)
    except ElementTree.ParseError as wrong:
        yield f"this is not SVG: {wrong}"
        return
    if root.tag != f"{NAMESPACE}svg" or not VIEW_BOX.match(root.get("viewBox", "")):
        yield "a figure is one svg element with a viewBox that starts at 0 0"
    for element in root.iter():
        yield from _of_element(element)


def _of_element(element: ElementTree.Element) -> Iterator[str]:
    name = str(element.tag).removeprefix(NAMESPACE)
    if name not in ELEMENTS:
        yield f"<{name}> is not allowed in a figure"
    for key, value in element.attrib.items():
        plain = key.rpartition("}")[2].lower()
        if plain.startswith("on"):
            yield f"the handler {plain} is not allowed in a figure"
        elif (plain == "href" and not value.startswith("#")) or ADDRESS.search(value):
            yield f"{plain} may only point inside the figure"


def _root(content: str) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314  # `problems` refuses document types, so no entity can grow
