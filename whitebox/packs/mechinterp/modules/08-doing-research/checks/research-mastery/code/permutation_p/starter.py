import numpy as np


def permutation_p(first, second):
    """Return the exact two-sided p-value of the permutation test, groups of shapes (n,) and (m,)."""
    raise NotImplementedError
