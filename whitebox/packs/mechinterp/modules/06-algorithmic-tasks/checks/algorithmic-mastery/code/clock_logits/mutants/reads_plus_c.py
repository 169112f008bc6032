# Reads with a minus sign, which gives a + b + c.
import numpy as np


def clock_logits(a, b, p, keys, weights):
    c = np.arange(p)
    out = np.zeros((len(a), p))
    for k, weight in zip(keys, weights):
        w = 2 * np.pi * k / p
        cos_sum = np.cos(w * a) * np.cos(w * b) - np.sin(w * a) * np.sin(w * b)
        sin_sum = np.sin(w * a) * np.cos(w * b) + np.cos(w * a) * np.sin(w * b)
        out += weight * (np.outer(cos_sum, np.cos(w * c)) - np.outer(sin_sum, np.sin(w * c)))
    return out
