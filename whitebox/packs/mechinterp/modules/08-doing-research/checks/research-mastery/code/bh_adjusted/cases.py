import numpy as np

PUBLIC = [
    {"name": "the five values of the page, out of order", "args": [np.array([0.03, 0.001, 0.21, 0.008, 0.012])]},
    {"name": "three close values", "args": [np.array([0.01, 0.013, 0.014])]},
]


def hidden(rng):
    mixed = np.concatenate([rng.uniform(0, 0.002, size=4), rng.uniform(0, 1, size=16)])
    return [
        {"name": "twenty, some small", "category": "typical", "args": [rng.permutation(mixed)]},
        {"name": "nothing there", "category": "no effects", "args": [rng.uniform(0, 1, size=12)]},
        {"name": "values that bunch", "category": "close values", "args": [0.02 + 0.002 * rng.random(size=10)]},
        {"name": "large values", "category": "near 1", "args": [rng.uniform(0.6, 1.0, size=6)]},
        {"name": "ties", "category": "ties", "args": [np.repeat(rng.uniform(0, 0.1, size=3), 3)]},
        {"name": "one value", "category": "one value", "args": [np.array([0.04])]},
    ]
