import numpy as np

PUBLIC = [
    {
        "name": "no mixing between positions",
        "args": [np.array([[1.0], [2.0]]), np.array([[0.0], [1.0]]), np.array([np.eye(2)]), np.array([[[1.0]]]), np.array([1.0])],
    },
    {
        "name": "the last position reads the first",
        "args": [
            np.array([[1.0], [0.0]]),
            np.array([[-1.0], [0.0]]),
            np.array([[[0.0, 0.0], [1.0, 0.0]]]),
            np.array([[[2.0]]]),
            np.array([1.0]),
        ],
    },
]


def _args(rng, layers, n, d, differs=None):
    weights, maps = _layers(rng, layers, 1, n, d)
    clean = rng.normal(size=(n, d))
    corrupted = rng.normal(size=(n, d))
    if differs is not None:
        same = np.arange(n) != differs
        corrupted[same] = clean[same]
    return [clean, corrupted, weights[:, 0], 1.5 * maps[:, 0], rng.normal(size=d)]


def hidden(rng):
    n = int(rng.integers(3, 6))
    return [
        {"name": "two layers", "category": "several layers", "args": _args(rng, 2, n, 4)},
        {"name": "three layers, one token differs", "category": "one token differs", "args": _args(rng, 3, n, 4, differs=1)},
        {"name": "as many of everything", "category": "square arrays", "args": _args(rng, 4, 4, 4)},
        {"name": "one position", "category": "one position", "args": _args(rng, 2, 1, 3)},
    ]
