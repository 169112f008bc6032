# Forgets 1/sqrt(d_head).
import numpy as np


def local_causal_pattern(q, k, window):
    n = len(q)
    scores = q @ k.T
    distance = np.arange(n)[:, None] - np.arange(n)[None, :]
    scores = np.where((distance >= 0) & (distance < window), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)
