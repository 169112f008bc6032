import numpy as np

PUBLIC = [
    {
        "name": "one position, one head in each layer",
        "args": [
            np.array([[1.0]]),
            np.array([[0.0]]),
            np.array([[[1.0]]]),
            np.array([[[1.0]]]),
            np.array([[[1.0]]]),
            np.array([[[2.0]]]),
            np.array([1.0]),
        ],
    },
]


def hidden(rng):
    n = int(rng.integers(3, 6))
    return [
        {"name": "two heads in each layer", "category": "several heads", "args": _path_args(rng, 2, 2, n, 4)},
        {"name": "three heads, then one", "category": "unequal layers", "args": _path_args(rng, 3, 1, n, 4)},
        {"name": "one head, then three", "category": "unequal layers", "args": _path_args(rng, 1, 3, n, 4)},
        {"name": "as many of everything", "category": "square arrays", "args": _path_args(rng, 4, 4, 4, 4)},
        {"name": "one position", "category": "one position", "args": _path_args(rng, 2, 2, 1, 3)},
    ]
