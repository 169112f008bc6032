import numpy as np

PUBLIC = [
    {"name": "two against two", "args": [np.array([3.0, 4.0]), np.array([1.0, 2.0])]},
    {"name": "unequal sizes", "args": [np.array([5.0, 1.0, 4.0]), np.array([0.0])]},
]


def hidden(rng):
    return [
        {"name": "five against six", "category": "typical", "args": [0.8 + rng.normal(size=5), rng.normal(size=6)]},
        {
            "name": "first group lower",
            "category": "negative effect",
            "args": [rng.normal(size=4) - 1.0, rng.normal(size=6)],
        },
        {"name": "no effect", "category": "no effect", "args": [rng.normal(size=4), rng.normal(size=5)]},
        {
            "name": "ties",
            "category": "ties",
            "args": [rng.integers(0, 4, size=5).astype(float), rng.integers(1, 5, size=4).astype(float)],
        },
        {"name": "one against six", "category": "one value", "args": [np.array([2.0]), rng.normal(size=6)]},
    ]
