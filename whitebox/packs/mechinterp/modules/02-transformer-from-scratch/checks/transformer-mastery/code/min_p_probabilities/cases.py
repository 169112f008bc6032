import numpy as np

PUBLIC = [
    {"name": "keep two of three", "args": [np.array([2.0, 1.0, 0.0]), 1.0, 0.3]},
    {"name": "floor 0 keeps all, low temperature", "args": [np.array([0.0, 2.0, 1.0]), 0.5, 0.0]},
]


def hidden(rng):
    n = int(rng.integers(8, 14))
    return [
        {"name": "floor of a quarter", "category": "typical", "args": [2.0 * rng.normal(size=n), 0.7, 0.25]},
        {"name": "floor 1", "category": "floor is 1", "args": [rng.normal(size=n), 1.5, 1.0]},
        {"name": "floor 0", "category": "floor is 0", "args": [rng.normal(size=n), 2.0, 0.0]},
        {"name": "low temperature", "category": "low temperature", "args": [rng.permutation(n) / 4.0, 0.5, 0.1]},
        {"name": "logits in the thousands", "category": "large logits", "args": [2000.0 + 3.0 * rng.normal(size=n), 1.0, 0.1]},
    ]
