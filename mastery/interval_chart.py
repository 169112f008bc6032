"""A share with its interval on an axis from 0 to 100 %. The figures stand beside it as text."""

from functools import lru_cache

from django.utils.safestring import SafeString

from whitebox.judging.proportions import Share

WIDTH, PAD = 160, 6


def interval(share: Share) -> SafeString:
    """Draw a share and how far it may be off."""
    return _drawn(_place(share.value), _place(share.low), _place(share.high))


def _place(value: float) -> int:
    return round(PAD + value * (WIDTH - 2 * PAD))


@lru_cache(maxsize=2048)
def _drawn(at: int, low: int, high: int) -> SafeString:
    return SafeString(
        f'<svg class="interval" viewBox="0 0 {WIDTH} 20" aria-hidden="true">'
        f'<path class="axis" d="M{PAD} 16H{WIDTH - PAD}"/>'
        f'<path class="reach" d="M{low} 9H{high}"/><circle cx="{at}" cy="9" r="4"/></svg>'
    )
