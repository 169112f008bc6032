# Lets a later value fall below an earlier one.
import numpy as np


def holm_adjusted(p):
    n = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * (n - np.arange(n))
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(scaled, 1.0)
    return adjusted
