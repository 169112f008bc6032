import numpy as np


def bh_adjusted(p):
    """Return Benjamini-Hochberg adjusted p-values in the order of p, shape (n,)."""
    raise NotImplementedError
