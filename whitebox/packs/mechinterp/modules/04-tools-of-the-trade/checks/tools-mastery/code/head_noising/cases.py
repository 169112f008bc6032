import numpy as np

PUBLIC = [
    {
        "name": "one layer, one head",
        "args": [np.array([[1.0], [2.0]]), np.array([[0.0], [2.0]]), np.array([[[[1.0, 0.0], [1.0, 0.0]]]]), np.array([[[[1.0]]]]), np.array([1.0])],
    },
    {
        "name": "one layer, two heads, only the first reads what differs",
        "args": [
            np.array([[1.0], [0.5]]),
            np.array([[-1.0], [0.5]]),
            np.array([[[[1.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]]]),
            np.array([[[[1.0]], [[1.0]]]]),
            np.array([1.0]),
        ],
    },
]


def _args(rng, layers, heads, n, d, differs=None):
    weights, maps = _layers(rng, layers, heads, n, d)
    clean = rng.normal(size=(n, d))
    corrupted = rng.normal(size=(n, d))
    if differs is not None:
        same = np.arange(n) != differs
        corrupted[same] = clean[same]
    return [clean, corrupted, weights, 1.5 * maps, rng.normal(size=d)]


def hidden(rng):
    n = int(rng.integers(3, 6))
    return [
        {"name": "two layers, three heads", "category": "several layers", "args": _args(rng, 2, 3, n, 4)},
        {"name": "three layers, one token differs", "category": "one token differs", "args": _args(rng, 3, 2, n, 4, differs=1)},
        {"name": "as many of everything", "category": "square arrays", "args": _args(rng, 3, 3, 3, 3)},
        {"name": "one position", "category": "one position", "args": _args(rng, 2, 2, 1, 3)},
    ]
