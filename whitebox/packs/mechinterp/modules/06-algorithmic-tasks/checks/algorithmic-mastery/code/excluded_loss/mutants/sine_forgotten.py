# Removes the cosines only.
import numpy as np


def excluded_loss(logits, keys, seen):
    p = len(logits)
    a, b = np.divmod(np.arange(p * p), p)
    flat = logits.reshape(p * p, p)
    left = flat
    for k in keys:
        for wave in (np.cos,):
            u = wave(2 * np.pi * k * (a + b) / p) * np.sqrt(2) / p
            left = left - np.outer(u, u @ flat)
    shifted = left - left.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    each = -log_p[np.arange(p * p), (a + b) % p]
    return float(each[seen.reshape(-1)].mean())
