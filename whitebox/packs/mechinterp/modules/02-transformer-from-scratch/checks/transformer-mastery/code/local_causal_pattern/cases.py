import numpy as np

PUBLIC = [
    {
        "name": "three positions, d_head 1, window 2",
        "args": [np.array([[1.0], [2.0], [-1.0]]), np.array([[1.0], [-1.0], [0.5]]), 2],
    },
    {
        "name": "three positions, d_head 4, window 3",
        "args": [
            np.array([[1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 2.0, 1.0], [0.0, 2.0, -2.0, 0.0]]),
            np.array([[2.0, 1.0, 0.0, 0.0], [0.0, 3.0, 1.0, -2.0], [2.0, 0.0, 1.0, 1.0]]),
            3,
        ],
    },
]


def _args(rng, n, d_head, window, size=1.0):
    return [size * rng.normal(size=(n, d_head)), size * rng.normal(size=(n, d_head)), window]


def hidden(rng):
    n = int(rng.integers(6, 10))
    return [
        {"name": "window 3", "category": "short window", "args": _args(rng, n, 4, 3)},
        {"name": "window 1", "category": "window of one", "args": _args(rng, 5, 4, 1)},
        {"name": "window longer than the text", "category": "long window", "args": _args(rng, 5, 32, 9)},
        {"name": "scores in the thousands", "category": "large scores", "args": _args(rng, 12, 8, 4, size=60.0)},
        {"name": "one position", "category": "one position", "args": _args(rng, 1, 4, 2)},
    ]
