import numpy as np


def pizza_logits(a, b, p, keys, weights):
    c = np.arange(p)
    out = np.zeros((len(a), p))
    for k, weight in zip(keys, weights):
        w = 2 * np.pi * k / p
        strength = np.abs(np.cos(w * (a - b) / 2))
        out += weight * strength[:, None] * np.cos(w * (a[:, None] + b[:, None] - c[None, :]))
    return out
