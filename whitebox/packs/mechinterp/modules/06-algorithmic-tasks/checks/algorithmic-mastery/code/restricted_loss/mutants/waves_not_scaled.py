# Forgets that a projection needs waves of length 1.
import numpy as np


def restricted_loss(logits, keys):
    p = len(logits)
    a, b = np.divmod(np.arange(p * p), p)
    flat = logits.reshape(p * p, p)
    kept = np.repeat(flat.mean(axis=0)[None, :], p * p, axis=0)
    for k in keys:
        for wave in (np.cos, np.sin):
            u = wave(2 * np.pi * k * (a + b) / p) * np.sqrt(2 / p)
            kept = kept + np.outer(u, u @ flat)
    shifted = kept - kept.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_p[np.arange(p * p), (a + b) % p].mean())
