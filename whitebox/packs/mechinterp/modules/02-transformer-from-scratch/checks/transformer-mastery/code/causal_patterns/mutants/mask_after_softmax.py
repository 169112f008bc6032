# Zeroes the future after the softmax, so the rows no longer sum to 1.
import numpy as np


def causal_patterns(q, k):
    n, d_head = q.shape[-2:]
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(d_head)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    pattern = weights / weights.sum(axis=-1, keepdims=True)
    return pattern * np.tril(np.ones((n, n)))
