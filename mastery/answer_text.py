"""What somebody wrote, as safe HTML: Markdown, mathematics and code, rendered once for each text."""

import hashlib

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

from whitebox.text.rendering import RENDERER_VERSION, render

KEPT = 7 * 24 * 3600  # seconds


def shown(text: str, *, prefix: str = "answer") -> SafeString:
    """Return the HTML of a written answer; its headings stand below those of the page, its links are not followed."""
    digest = hashlib.sha256(f"{prefix}\n{text}".encode("utf-8", "replace")).hexdigest()
    key = f"answer:{RENDERER_VERSION}:{digest}"
    kept: str | None = cache.get(key)
    if kept is None:
        kept = render(text, first_level=4, id_prefix=prefix).html
        cache.set(key, kept, KEPT)
    # Rendered without HTML of the writer's own, and sanitised.
    return mark_safe(kept)  # noqa: S308
