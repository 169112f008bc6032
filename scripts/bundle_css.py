"""Write static/css/site.css, the one stylesheet a page asks for, from its parts.

Run it after every change to a part. With --check it writes nothing and exits with 1 when the bundle is out of date.
"""

import sys
from pathlib import Path

CSS = Path(__file__).resolve().parent.parent / "static" / "css"
PARTS = (
    "tokens.css",
    "base.css",
    "components/page.css",
    "components/controls.css",
    "components/marks.css",
    "components/lists.css",
    "components/checks.css",
    "components/prose.css",
    "components/learning.css",
    "components/sessions.css",
    "components/people.css",
    "components/board.css",
    "components/publishing.css",
    "components/print.css",
)


def bundle() -> str:
    head = "/* Written by scripts/bundle_css.py. Change the parts, not this file. */\n"
    return head + "\n".join((CSS / part).read_text(encoding="utf-8") for part in PARTS)


def main(arguments: list[str]) -> int:
    target, wanted = CSS / "site.css", bundle()
    if "--check" in arguments:
        return int(not target.exists() or target.read_text(encoding="utf-8") != wanted)
    target.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
