import numpy as np


def holm_adjusted(p):
    """Return Holm-adjusted p-values in the order of p, shape (n,)."""
    raise NotImplementedError
