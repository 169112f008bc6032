# Multiplies all by n.
import numpy as np


def holm_adjusted(p):
    n = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * n
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return adjusted
