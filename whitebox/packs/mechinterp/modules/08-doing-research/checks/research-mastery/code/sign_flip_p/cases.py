import numpy as np

PUBLIC = [
    {"name": "the six pairs of the page", "args": [np.array([3.0, 2.0, 4.0, 1.0, 2.0, -1.0])]},
    {"name": "all on one side", "args": [np.array([1.0, 2.0, 0.5])]},
]


def hidden(rng):
    return [
        {"name": "ten pairs, some effect", "category": "typical", "args": [0.7 + rng.normal(size=10)]},
        {"name": "mean below 0", "category": "negative effect", "args": [-0.9 + rng.normal(size=9) * 0.6]},
        {"name": "no effect", "category": "no effect", "args": [rng.normal(size=8)]},
        {
            "name": "small whole numbers with ties",
            "category": "ties",
            "args": [rng.integers(-2, 5, size=9).astype(float)],
        },
        {"name": "one pair", "category": "one pair", "args": [np.array([0.3])]},
    ]
