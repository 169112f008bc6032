import numpy as np

PUBLIC = [
    {
        "name": "one position, one feature, one head in each layer",
        "args": [
            np.array([[1.0]]),
            np.array([[[1.0]]]),
            np.array([[[2.0]]]),
            np.array([[[1.0]]]),
            np.array([[[3.0]]]),
            np.array([[1.0, -1.0]]),
        ],
    },
    {
        "name": "two positions, one head in each layer",
        "args": [
            np.array([[1.0, 0.0], [0.0, 1.0]]),
            np.array([[[1.0, 0.0], [0.5, 0.5]]]),
            np.array([[[0.0, 2.0], [0.0, 0.0]]]),
            np.array([[[1.0, 0.0], [0.25, 0.75]]]),
            np.array([[[1.0, 0.0], [4.0, 0.0]]]),
            np.array([[1.0, 0.0], [0.0, 1.0]]),
        ],
    },
]


def hidden(rng):
    n = int(rng.integers(3, 7))
    return [
        {"name": "two heads in each layer", "category": "several heads", "args": _args(rng, 2, 2, n, 5, 4)},
        {"name": "three heads, then one", "category": "unequal layers", "args": _args(rng, 3, 1, n, 4, 6)},
        {"name": "one head, then three", "category": "unequal layers", "args": _args(rng, 1, 3, n, 4, 6)},
        {"name": "as many positions as features", "category": "square arrays", "args": _args(rng, 5, 5, 5, 5, 5)},
        {"name": "one position", "category": "one position", "args": _args(rng, 2, 2, 1, 4, 3)},
    ]
