"""Markdown with mathematics, code, tables and footnotes, written by people, to HTML that is safe to show.

Texts are rendered when they are saved or loaded, never per request: keep `RENDERER_VERSION` beside the HTML and render
again where it differs.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from whitebox.text.rendered import Problem, Rendered, Trouble
from whitebox.text.rewriting import Rewriter
from whitebox.text.sanitising import sanitise

RENDERER_VERSION: Final = 6
LONGEST: Final = 200_000  # Characters of one text: about 30,000 words.
LONGEST_LINE: Final = 1_000  # Characters of a one-line text.

ResolveImage = Callable[[str], str | None]
Cite = Callable[[list[str]], str]


def render(
    source: str,
    *,
    resolve_image: ResolveImage | None = None,
    resolve_link: Callable[[str], str] | None = None,
    first_level: int = 2,
    id_prefix: str = "",
    nofollow: bool = True,
    cite: Cite | None = None,
) -> Rendered:
    """Render Markdown. Never raises on any text; what could not be rendered is shown as its source and listed.

    `resolve_image` maps the name of a picture to its address, or to None where there is no such picture; without it no
    picture is shown. Pictures on other sites become links. `resolve_link` maps what a link says to its address; `links`
    keeps what it said. `first_level` is the level of the page's highest headings
    in the text, so that `##` fits below what stands above it. Give an `id_prefix` where several texts share a page.
    `cite` returns the HTML for the keys of `[@one; @two]`; it raises LookupError for a key that names nothing.
    """
    kept, problems = _cut(source, LONGEST)
    parser = _parser()
    env: dict[str, Any] = {"docId": id_prefix} if id_prefix else {}
    rewriter = Rewriter(
        resolve_image, resolve_link=resolve_link, first_level=first_level, id_prefix=id_prefix, cite=cite
    )
    tokens = rewriter.rewrite(parser.parse(kept, env))
    html = sanitise(parser.renderer.render(tokens, parser.options, env), nofollow=nofollow)
    problems.extend(rewriter.problems)
    return Rendered(
        html,
        tuple(rewriter.headings),
        tuple(rewriter.links),
        rewriter.words,
        tuple(problems),
        tuple(rewriter.paragraphs),
    )


def render_inline(source: str, *, nofollow: bool = True) -> Rendered:
    """Render one line: emphasis, code, links and mathematics, but no blocks and no pictures."""
    kept, problems = _cut(" ".join(source.split()), LONGEST_LINE)
    parser = _parser()
    env: dict[str, Any] = {}
    rewriter = Rewriter(None)
    tokens = rewriter.rewrite(parser.parseInline(kept, env))
    html = sanitise(parser.renderer.render(tokens, parser.options, env), nofollow=nofollow)
    problems.extend(rewriter.problems)
    return Rendered(html, (), tuple(rewriter.links), rewriter.words, tuple(problems))


def _cut(source: str, longest: int) -> tuple[str, list[Problem]]:
    kept = source[:longest].encode("utf-8", "replace").decode()  # Half a surrogate pair cannot be sent anywhere.
    if len(source) <= longest:
        return kept, []
    message = _("This text has %(length)d characters; only the first %(longest)d are shown.")
    where = kept.count("\n") + 1
    return kept, [Problem(where, Trouble.TOO_LONG, message % {"length": len(source), "longest": longest})]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False, allow_blank_lines=False)
    footnote_plugin(parser)
    parser.add_render_rule("footnote_block_open", _footnotes_open)
    parser.add_render_rule("footnote_block_close", _footnotes_close)
    parser.add_render_rule("footnote_anchor", _footnote_back)
    return parser


def _footnotes_open(*_args: object) -> str:
    return f'<section class="footnotes" aria-label="{_("Footnotes")}"><ol>\n'


def _footnotes_close(*_args: object) -> str:
    return "</ol></section>\n"


def _footnote_back(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    name = renderer.rules["footnote_anchor_name"](tokens, index, options, env)
    again = tokens[index].meta["subId"]
    target = f"{name}:{again}" if again > 0 else name
    return f' <a href="#fnref{target}" class="footnote-back" aria-label="{_("Back to the text")}">↩︎</a>'
