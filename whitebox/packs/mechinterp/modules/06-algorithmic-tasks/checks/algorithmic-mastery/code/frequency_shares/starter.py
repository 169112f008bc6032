import numpy as np


def frequency_shares(E):
    """Return the share of each frequency 0 .. (p - 1) / 2 in the table E, shape (p, d)."""
    raise NotImplementedError
