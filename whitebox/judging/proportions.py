"""Shares of few people: an interval says how little a share of nine in twelve tells."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # the 97.5 % point of the normal distribution


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval, all from 0 to 1."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.count / self.of


def wilson(count: int, of: int) -> Share:
    """Return a share with Wilson's score interval (1927, without continuity correction).

    9 of 12 is .47 to .91. Raises ValueError where there is nobody, or fewer than are counted.
    """
    if not 0 <= count <= of or of == 0:
        raise ValueError(f"{count} of {of} is no share")
    share, spread = count / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    reach = Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return Share(count, of, max(0.0, middle - reach), min(1.0, middle + reach))
