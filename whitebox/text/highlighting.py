"""Code blocks with Pygments' classes; static/css/components/prose.css colours them."""

import re
from html import escape
from typing import Final

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name

LONGEST: Final = 20_000  # Characters; a longer block is shown without colours.
WIDE: Final = 30  # A line of more characters scrolls on a phone, so the keyboard must reach the block.
# A closed list: some of Pygments' 500 lexers take minutes on text made to hurt them.
LANGUAGES: Final = (
    "bash c console cpp css diff html ini java javascript json julia latex make "
    "pycon pytb python r rust sql text toml typescript yaml"
)
ALIASES: Final = {"py": "python", "python3": "python", "sh": "bash", "js": "javascript", "tex": "latex"}


# What the stylesheet colours. Names, brackets and blanks look like the rest, so they need no element: a half of them.
COLOURED: Final = (
    "c ch cm cp cpf c1 cs gp k kc kd kn kp kr kt ow s sa sb sc dl sd s2 se sh si sx sr s1 ss "
    "m mb mf mh mi il mo no nf fm nc nb nd ne nn nt gd gr gt err gi"
)
SPAN: Final = re.compile(r'<span class="(\w+)">([^<]*)</span>')


def to_html(code: str, language: str) -> str:
    """Return a <pre> for `code`; an unknown or empty `language` means plain text."""
    name = ALIASES.get(language.lower(), language.lower())
    known = name in LANGUAGES.split() and len(code) <= LONGEST
    inner = _coloured(code, name) if known else escape(code)
    reachable = ' tabindex="0"' if any(len(line) > WIDE for line in code.splitlines()) else ""
    return f'<pre class="hl"{reachable}><code>{inner}</code></pre>\n'


def _coloured(code: str, name: str) -> str:
    lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    return SPAN.sub(_needed, highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _needed(span: re.Match[str]) -> str:
    return span[0] if span[1] in COLOURED.split() else span[2]
