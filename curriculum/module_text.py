"""From a module's Markdown to the three parts of its page."""

from dataclasses import dataclass

from curriculum import module_links
from curriculum.module_files import ModuleFolder
from whitebox.text.rendered import Rendered
from whitebox.text.rendering import render

PARTS = ("Before the session", "In the session", "After the session")
FOOTNOTES = '<section class="footnotes"'


@dataclass(frozen=True, slots=True)
class Text:
    """The HTML of the three parts, without their headings. Footnotes stand at the end of the first."""

    before: str
    inside: str
    after: str
    contents: list[dict[str, object]]


def rendered(module: ModuleFolder) -> Rendered:
    """Render the text below a module's front matter; the headings' and problems' lines count from its first line."""
    body = module.head.body if module.head else ""
    return render(body, resolve_image=module.address_of, resolve_link=module_links.address, nofollow=False)


def split(module: ModuleFolder, whole: Rendered) -> Text:
    """Cut a rendered text at its three headings of level 2. A text without them is all "before"."""
    html, _mark, notes = whole.html.partition(FOOTNOTES)
    pieces = [""] * len(PARTS)
    rest = html
    for heading in reversed([heading for heading in whole.headings if heading.level == 2]):
        rest, _found, piece = rest.partition(f'<h2 id="{heading.slug}">')
        if heading.text in PARTS:
            pieces[PARTS.index(heading.text)] = piece.partition("</h2>")[2]
    before = (rest if not any(pieces) else pieces[0]) + (f"{FOOTNOTES}{notes}" if notes else "")
    contents: list[dict[str, object]] = [
        {"level": heading.level, "text": heading.text, "slug": heading.slug}
        for heading in whole.headings
        if heading.level == 3
    ]
    sized = [_with_sizes(module, piece).strip() for piece in (before, pieces[1], pieces[2])]
    return Text(sized[0], sized[1], sized[2], contents)


def fragment(source: str, *, level: int, prefix: str) -> str:
    """Return the HTML of a short text inside the page: an exercise, a step of the agenda, a corrective."""
    link = module_links.address
    return render(source, resolve_link=link, first_level=level, id_prefix=prefix, nofollow=False).html


def _with_sizes(module: ModuleFolder, html: str) -> str:
    """Name each picture's size, so that nothing on the page moves when it arrives."""
    for name, drawing in module.drawings.items():
        source = f'src="{module.address_of(name)}"'
        html = html.replace(source, f'{source} width="{drawing.width}" height="{drawing.height}"')
    return html
