# Zeroes the forbidden weights after the softmax, so the rows no longer sum to 1.
import numpy as np


def local_causal_pattern(q, k, window):
    n, d_head = q.shape
    scores = q @ k.T / np.sqrt(d_head)
    distance = np.arange(n)[:, None] - np.arange(n)[None, :]
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    pattern = weights / weights.sum(axis=-1, keepdims=True)
    return np.where((distance >= 0) & (distance < window), pattern, 0.0)
