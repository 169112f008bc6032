"""From a wording's source to what is shown: text, mathematics, figures, citations, references."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from sprints.publishing import bibliography
from sprints.publishing.bibliography import Citing
from whitebox.text.rendering import RENDERER_VERSION, render

FOLDER = "figures/"  # below every page that shows a text, so that one drawing serves all of them
EXCERPT = 120  # characters of a paragraph that a remark shows
WITHOUT_WORDS = re.compile(r"!\[\s*\]\(\s*(?:figures/)?([\w.-]{1,80})")
REFERENCES = "h-references"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Columns of a revision that follow from its source."""

    html: str
    headings: list[list[str | int]]
    paragraphs: list[list[str]]
    problems: list[str]
    pictures: list[str]
    words: int
    renderer: int = RENDERER_VERSION


def below(html: str, address: str) -> str:
    """Return a drawing whose figures stand below `address`, for a page that stands elsewhere."""
    return html.replace(f'<img src="{FOLDER}', f'<img src="{address}{FOLDER}')


def draw(source: str, bibtex: str, figures: Mapping[str, str]) -> Drawn:
    """Draw a text. `figures` maps the name of each picture to the words that stand for it. Never raises."""
    known = bibliography.read(bibtex)
    citing = Citing(known)
    used: dict[str, None] = {}  # in the order of the text

    def resolve(name: str) -> str | None:
        bare = name.removeprefix(FOLDER)
        if bare not in figures:
            return None
        used[bare] = None
        return f"{FOLDER}{bare}"

    described = _with_words(source, figures)
    drawn = render(described, resolve_image=resolve, cite=citing)
    references = citing.listed()
    headings: list[list[str | int]] = [[one.level, one.slug, one.text] for one in drawn.headings]
    if references:
        headings.append([2, REFERENCES, _("References")])
    lines = source.splitlines()
    return Drawn(
        html=drawn.html + references,
        headings=headings,
        paragraphs=[_paragraph(one.anchor, lines[one.first : one.last]) for one in drawn.paragraphs],
        problems=[
            *known.problems,
            *(_("Line %(line)d: %(what)s") % {"line": one.line, "what": one.message} for one in drawn.problems),
        ],
        pictures=list(used),
        words=drawn.words,
    )


def _with_words(source: str, figures: Mapping[str, str]) -> str:
    """Give a picture without words those that stand with the figure."""

    def described(found: re.Match[str]) -> str:
        words = re.sub(r"[\[\]\\]", " ", figures.get(found[1], ""))
        return found[0].replace(found[0][: found[0].index("]") + 1], f"![{words}]", 1)

    return WITHOUT_WORDS.sub(described, source)


def _paragraph(anchor: str, lines: list[str]) -> list[str]:
    text = " ".join(" ".join(lines).split())
    short = text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
    return [anchor, short, sha256(text.encode()).hexdigest()[:16]]
