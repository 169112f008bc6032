"""One walk over Markdown tokens: mathematics, code and pictures become HTML; headings get ids; problems are noted."""

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Final

from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it.token import Token

from whitebox.text import formulas, highlighting
from whitebox.text.rendered import Heading, Link, Paragraph, Problem, Trouble

MOST_FORMULAS: Final = 2_000  # Of one text: about one second of work.
WIDE_INLINE: Final = 24  # Signs of a formula that a line of 320 px still holds: the spaces beside operators count too.
MOST_PROBLEMS: Final = 100  # Nobody reads more of them at once.
# HTML that acts, or that somebody expects to: it is shown as text, so it says nothing to readers.
ACTING: Final = "script|style|iframe|object|embed|form|input|button|img|svg|video|audio|link|meta|base"
MARKUP: Final = re.compile(rf"</?(?:{ACTING})\b|<[a-z][^<>]*\son\w+\s*=", re.IGNORECASE)
PARAGRAPHS: Final = frozenset({"paragraph_open", "bullet_list_open", "ordered_list_open", "blockquote_open"})
CITATION: Final = re.compile(r"\[(@[\w:.+/-]{1,100}(?:;\s*@[\w:.+/-]{1,100}){0,20})\]")
ELSEWHERE: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


class Rewriter:
    """Rewrites the tokens of one text and remembers what it saw."""

    def __init__(
        self,
        resolve_image: Callable[[str], str | None] | None,
        *,
        resolve_link: Callable[[str], str] | None = None,
        first_level: int = 2,
        id_prefix: str = "",
        cite: Callable[[list[str]], str] | None = None,
    ) -> None:
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.problems: list[Problem] = []
        self.words = 0
        self._resolve_image = resolve_image
        self._resolve_link = resolve_link
        self._lift = first_level - 2
        self._id_prefix = id_prefix
        self.paragraphs: list[Paragraph] = []
        self._cite = cite
        self._slugs: dict[str, int] = {}
        self._level = 1  # Of the heading before, as written; the page's title is the one above the text.
        self._formulas = 0
        self._line = 0

    def rewrite(self, tokens: list[Token]) -> list[Token]:
        written: list[Token] = []
        for index, token in enumerate(tokens):
            self._line = token.map[0] + 1 if token.map else self._line
            if token.type == "inline":
                token.children = list(self._inline(token.children or []))
            elif token.type == "heading_open":
                self._open_heading(token, tokens[index + 1], tokens[index + 2])
            written.extend(self._block(token))
        return _with_figures(written)

    def _block(self, token: Token) -> Iterator[Token]:
        if token.type == "math_block":
            yield _html(self._display_formula(token.content.strip()))
        elif token.type in {"fence", "code_block"}:
            language = token.info.split()[0] if token.info.split() else ""
            yield _html(highlighting.to_html(token.content, language))
        elif token.type == "table_open":
            yield _html(f'<div class="table-scroll" role="group" tabindex="0" aria-label="{_("Table")}">')
            yield token
        elif token.type == "table_close":
            yield token
            yield _html("</div>\n")
        else:
            if token.type in {"th_open", "td_open"}:
                _align_by_class(token)
            elif token.type in PARAGRAPHS and token.level == 0 and token.map and self._cite is not None:
                self._anchor(token)
            yield token

    def _anchor(self, token: Token) -> None:
        """Give a block an id, so that a remark can point at it. Texts without references need none."""
        anchor = f"{self._id_prefix}p-{len(self.paragraphs) + 1}"
        token.attrSet("id", anchor)
        first, last = token.map or (0, 0)
        self.paragraphs.append(Paragraph(anchor, first, last))

    def _inline(self, children: list[Token]) -> Iterator[Token]:
        first = self._line
        for child in children:
            if child.type in {"softbreak", "hardbreak"}:
                self._line += 1
            if child.type == "math_inline":
                yield _html(self._inline_formula(child.content))
            elif child.type == "text" and self._cite is not None and "[@" in child.content:
                self._note(child)
                yield from self._cited(child.content, self._cite)
            elif child.type == "image":
                yield from self._image(child)
            else:
                self._note(child)
                yield child
        self._line = first

    def _cited(self, text: str, cite: Callable[[list[str]], str]) -> Iterator[Token]:
        """Put a citation's HTML in the place of its keys; a key that names nothing stays as it was written."""
        after = 0
        for found in CITATION.finditer(text):
            try:
                drawn = cite([key.strip().removeprefix("@") for key in found[1].split(";")])
            except LookupError as missing:
                self._problem(
                    Trouble.REFERENCE, _("There is no reference with the key %(key)s.") % {"key": missing.args[0]}
                )
                continue
            yield _html(escape(text[after : found.start()]) + drawn)
            after = found.end()
        yield _html(escape(text[after:]))

    def _note(self, child: Token) -> None:
        if child.type == "text":
            self.words += len(child.content.split())
            self._refuse_markup(child.content)
        elif child.type == "link_open":
            target = str(child.attrs.get("href", ""))
            self.links.append(Link(target, self._line))
            if self._resolve_link is not None:
                child.attrSet("href", self._resolve_link(target))

    def _refuse_markup(self, text: str) -> None:
        if MARKUP.search(text):
            self._problem(
                Trouble.MARKUP, _("HTML is shown as text and never runs. Write Markdown, or put it in backticks.")
            )

    def _open_heading(self, opening: Token, inline: Token, closing: Token) -> None:
        written = int(opening.tag[1:])
        if written == 1:
            self._problem(Trouble.HEADING_ORDER, _("Start headings with ##: the title of the page stands above them."))
        elif written > self._level + 1:
            reason = _("This heading has level %(level)d, but the one before has level %(before)d.")
            self._problem(Trouble.HEADING_ORDER, reason % {"level": written, "before": self._level})
        self._level = max(written, 2)
        level = min(self._level + self._lift, 6)
        text = "".join(child.content for child in inline.children or []).strip()
        slug = self._slug(text)
        opening.tag = closing.tag = f"h{level}"
        opening.attrSet("id", slug)
        self.headings.append(Heading(level, text, slug, self._line))

    def _slug(self, text: str) -> str:
        # The letter keeps a heading "Main" from taking the id of the page's main part.
        slug = f"{self._id_prefix}h-{slugify(text, allow_unicode=True)[:60] or 'section'}"
        seen = self._slugs[slug] = self._slugs.get(slug, 0) + 1
        return slug if seen == 1 else f"{slug}--{seen}"

    def _display_formula(self, formula: str) -> str:
        wide = ' tabindex="0"' if len(formula) > highlighting.WIDE else ""
        return f'<div class="math-block"{wide}>{self._formula(formula, display=True)}</div>\n'

    def _inline_formula(self, formula: str) -> str:
        shown = self._formula(formula, display=False)
        # A command is one sign on the page; braces and spaces are none.
        signs = len(re.sub(r"\\([a-zA-Z]+|.)|[\s{}]", lambda found: "x" if found[1] else "", formula))
        return f'<span class="math-wide" tabindex="0">{shown}</span>' if signs > WIDE_INLINE else shown

    def _formula(self, formula: str, *, display: bool) -> str:
        self._formulas += 1
        self._refuse_markup(formula)
        if self._formulas > MOST_FORMULAS:
            reason = _("A text can show at most %(most)d formulas.")
            self._problem(Trouble.FORMULA_SIZE, reason % {"most": MOST_FORMULAS})
            return formulas.as_source(formula)
        try:
            return formulas.to_mathml(formula, display=display)
        except formulas.FormulaError as refused:
            self._problem(refused.kind, str(refused))
            return formulas.as_source(formula)

    def _image(self, token: Token) -> Iterator[Token]:
        source, alt = str(token.attrs.get("src", "")), token.content.strip()
        if not alt:
            self._problem(Trouble.ALT_TEXT, _("This picture has no description. Say what it shows."))
        if ELSEWHERE.match(source):
            self._problem(Trouble.PICTURE, _("Pictures on other sites are shown as links. Add the picture itself."))
            yield _html(f'<a href="{escape(source)}">{escape(alt or source)}</a>')
        elif (address := self._resolve_image and self._resolve_image(source)) is None:
            reason = _("There is no picture named %(name)s.")
            self._problem(Trouble.PICTURE, reason % {"name": source[:80]})
            yield _html(f"<em>{escape(alt or source)}</em>")
        else:
            token.attrSet("src", address)
            token.attrSet("loading", "lazy")
            yield token

    def _problem(self, kind: Trouble, message: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self._line, kind, message))


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content)


def _align_by_class(token: Token) -> None:
    style = str(token.attrs.pop("style", ""))
    if token.type == "th_open":
        token.attrSet("scope", "col")
    if style.endswith("right"):
        token.attrSet("class", "num")
    elif style.endswith("center"):
        token.attrSet("class", "centred")


def _with_figures(tokens: list[Token]) -> list[Token]:
    """Turn a paragraph that is one picture with a title into a figure with that caption."""
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "paragraph_open" or inline.type != "inline":
            continue
        only = inline.children[0] if inline.children and len(inline.children) == 1 else None
        if only is None or only.type != "image" or not (caption := str(only.attrs.pop("title", ""))):
            continue
        opening.tag = closing.tag = "figure"
        inline.children = [only, _html(f"<figcaption>{escape(caption)}</figcaption>")]
    return tokens
