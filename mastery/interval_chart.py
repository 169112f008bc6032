"""A figure with its interval on an axis: a share from 0 to 100 %, or an effect on either side of zero.

The figures stand beside it as text.
"""

from functools import lru_cache

from django.utils.safestring import SafeString

from whitebox.judging.proportions import Share

WIDTH, PAD = 160, 6


def interval(share: Share) -> SafeString:
    """Draw a share and how far it may be off."""
    return _drawn(_place(share.value), _place(share.low), _place(share.high))


def effect(value: float, low: float, high: float, *, widest: float) -> SafeString:
    """Draw an effect with its interval; zero is a line in the middle, `widest` the figure at the end of the axis."""
    at, left, right = (_place((1 + one / (widest or 1)) / 2) for one in (value, low, high))
    return _with_zero(at, left, right)


def _place(value: float) -> int:
    return round(PAD + value * (WIDTH - 2 * PAD))


@lru_cache(maxsize=2048)
def _with_zero(at: int, low: int, high: int) -> SafeString:
    middle = _place(0.5)
    return SafeString(
        f'<svg class="interval" viewBox="0 0 {WIDTH} 20" aria-hidden="true">'
        f'<path class="axis" d="M{PAD} 16H{WIDTH - PAD}M{middle} 2V16"/>'
        f'<path class="reach" d="M{low} 9H{high}"/><circle cx="{at}" cy="9" r="4"/></svg>'
    )


@lru_cache(maxsize=2048)
def _drawn(at: int, low: int, high: int) -> SafeString:
    return SafeString(
        f'<svg class="interval" viewBox="0 0 {WIDTH} 20" aria-hidden="true">'
        f'<path class="axis" d="M{PAD} 16H{WIDTH - PAD}"/>'
        f'<path class="reach" d="M{low} 9H{high}"/><circle cx="{at}" cy="9" r="4"/></svg>'
    )
