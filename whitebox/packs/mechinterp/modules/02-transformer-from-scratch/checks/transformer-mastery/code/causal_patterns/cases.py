import numpy as np

PUBLIC = [
    {
        "name": "one head, two positions, d_head 1",
        "args": [np.array([[[1.0], [2.0]]]), np.array([[[1.0], [-1.0]]])],
    },
    {
        "name": "one head, three positions, d_head 4",
        "args": [
            np.array([[[1.0, 0.0, 0.0, 1.0], [2.0, 1.0, 0.0, 1.0], [0.0, 2.0, -2.0, 0.0]]]),
            np.array([[[1.0, 0.0, 3.0, -2.0], [1.0, 2.0, 1.0, 0.0], [3.0, 0.0, 0.0, 0.0]]]),
        ],
    },
]


def _pair(rng, heads, n, d_head, size=1.0):
    return [size * rng.normal(size=(heads, n, d_head)), size * rng.normal(size=(heads, n, d_head))]


def hidden(rng):
    n = int(rng.integers(4, 8))
    return [
        {"name": "three heads", "category": "several heads", "args": _pair(rng, 3, n, 4)},
        {"name": "one position", "category": "one position", "args": _pair(rng, 2, 1, 4)},
        {"name": "wide heads", "category": "wide heads", "args": _pair(rng, 2, 5, 32)},
        {"name": "scores in the thousands", "category": "large scores", "args": _pair(rng, 2, 8, 8, size=60.0)},
        {"name": "as many positions as dimensions", "category": "square arrays", "args": _pair(rng, 6, 6, 6)},
    ]
