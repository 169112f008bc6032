"""How often one address or one network may ask for a link."""

from hashlib import sha256

from django.core.cache import cache

A_DAY = 24 * 3600  # seconds
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
