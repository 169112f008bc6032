import numpy as np


def _path_args(rng, h1, h2, n, d, receivers=None):
    def weights(heads):
        found = np.tril(rng.uniform(0.1, 1.0, size=(heads, n, n)) ** 3)
        return found / found.sum(axis=-1, keepdims=True)

    args = [
        rng.normal(size=(n, d)),
        rng.normal(size=(n, d)),
        weights(h1),
        1.5 * rng.normal(size=(h1, d, d)) / np.sqrt(d),
        weights(h2),
        1.5 * rng.normal(size=(h2, d, d)) / np.sqrt(d),
        rng.normal(size=d),
    ]
    return args if receivers is None else [*args, np.array(receivers)]


def _layers(rng, layers, heads, n, d):
    weights = np.tril(rng.uniform(0.1, 1.0, size=(layers, heads, n, n)) ** 3)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights, rng.normal(size=(layers, heads, d, d)) / np.sqrt(d)
