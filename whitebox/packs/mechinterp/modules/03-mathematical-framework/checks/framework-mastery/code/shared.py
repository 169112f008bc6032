import numpy as np


def _heads(rng, heads, d, d_head):
    """Make OV or QK matrices of low rank, as heads have them."""
    return rng.normal(size=(heads, d, d_head)) @ rng.normal(size=(heads, d_head, d))


def _attention(rng, heads, n, distance):
    """Make patterns in which head 0 mostly looks `distance` places back."""
    scores = rng.normal(size=(heads, n, n))
    for i in range(distance, n):
        scores[0, i, i - distance] += 6.0
    weights = np.tril(np.exp(scores))
    return weights / weights.sum(axis=-1, keepdims=True)


def _causal(rng, heads, n):
    weights = np.tril(rng.uniform(0.1, 1.0, size=(heads, n, n)) ** 3)
    return weights / weights.sum(axis=-1, keepdims=True)


def _args(rng, h1, h2, n, d, vocab):
    return [
        rng.normal(size=(n, d)),
        _causal(rng, h1, n),
        rng.normal(size=(h1, d, d)) / d,
        _causal(rng, h2, n),
        rng.normal(size=(h2, d, d)) / d,
        rng.normal(size=(d, vocab)),
    ]
