# Does not cut at 1.
import numpy as np


def holm_adjusted(p):
    n = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * (n - np.arange(n))
    adjusted = np.empty(n)
    adjusted[order] = np.maximum.accumulate(scaled)
    return adjusted
