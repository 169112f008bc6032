import numpy as np

PUBLIC = [
    {"name": "keep two of three", "args": [np.array([2.0, 1.0, 0.0]), 1.0, 2]},
    {"name": "keep all of three, low temperature", "args": [np.array([0.0, 2.0, 1.0]), 0.5, 3]},
]


def hidden(rng):
    n = int(rng.integers(8, 14))
    return [
        {"name": "keep four", "category": "typical", "args": [rng.normal(size=n), 0.7, 4]},
        {"name": "keep one", "category": "k is 1", "args": [rng.normal(size=n), 1.5, 1]},
        {"name": "keep all", "category": "k is the vocabulary", "args": [rng.normal(size=n), 2.0, n]},
        {"name": "all logits below zero", "category": "negative logits", "args": [rng.normal(size=n) - 20.0, 1.3, 3]},
        {"name": "logits in the thousands", "category": "large logits", "args": [2000.0 + 3.0 * rng.normal(size=n), 1.0, 5]},
    ]
