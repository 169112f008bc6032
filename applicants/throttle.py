"""How often one address or one network may ask for a link."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

AN_HOUR = 3600  # seconds


def may(what: str, who: str, *, limit: int, seconds: int) -> bool:
    """Count one more `what` by `who` and tell whether that is still within `limit` in a window of `seconds`.

    The cache decides roughly: two requests at the very same moment can count as one.
    """
    key = f"throttle:{what}:{sha256(who.encode()).hexdigest()[:32]}"
    if cache.add(key, 1, seconds):
        return True
    try:
        return cache.incr(key) <= limit
    except ValueError:  # The window ended between the two calls.
        return True


def network_of(request: HttpRequest) -> str:
    """Return the address a request came from: what our own proxy saw, where there is one, else the peer."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) is not None:
        # Only the last entry was written by our proxy; a visitor can invent those before it.
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
