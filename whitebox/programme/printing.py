"""Pages as PDF, by WeasyPrint. Its libraries are parts of the system and may be missing: then it says so in words."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation

STYLE = Path("static/css/printed/report.css")


def pdf(template: str, context: dict[str, Any]) -> bytes:
    """Return a page as PDF. It fetches nothing, neither files nor addresses.

    Raises RuleViolation where the machine lacks the libraries.
    """
    try:
        library = _libraries()
    except (ImportError, OSError) as missing:
        raise RuleViolation(
            _(
                "This server cannot make PDFs: the library Pango is missing. Print the page instead; "
                "docs/operating.md says what to install."
            )
        ) from missing
    style = (settings.BASE_DIR / STYLE).read_text(encoding="utf-8")
    nothing = library.URLFetcher(allowed_protocols=())
    html = library.HTML(string=render_to_string(template, context), url_fetcher=nothing)
    made: bytes = html.write_pdf(stylesheets=[library.CSS(string=style, url_fetcher=nothing)])
    return made


def _libraries() -> ModuleType:
    """Import WeasyPrint when it is needed: it takes half a second, and without Pango it fails."""
    return import_module("weasyprint")
