import numpy as np


def layer_problem(rng, n, d, scale=0.7):
    """Return X, y, W, b, u with W far from symmetric."""
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    W = scale * rng.normal(size=(d, d))
    return [X, y, W, 0.5 * rng.normal(size=d), rng.normal(size=d)]


def shuffled(rng, n, size):
    """Return the rows in random order, cut into batches of `size`; the last may be shorter."""
    order = rng.permutation(n).tolist()
    return [order[start : start + size] for start in range(0, n, size)]
