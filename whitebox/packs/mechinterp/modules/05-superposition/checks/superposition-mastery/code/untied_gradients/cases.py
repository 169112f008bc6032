import numpy as np

PUBLIC = [
    {
        "name": "one feature, one dimension",
        "args": [np.array([[2.0]]), np.array([[1.0]]), np.array([[1.0]]), np.array([1.0])],
    },
    {
        "name": "opposite pair, two inputs",
        "args": [np.array([[1.0], [-1.0]]), np.array([[2.0, -1.0]]), np.array([[0.5, 0.0], [1.0, 0.5]]), np.array([1.0, 0.5])],
    },
]


def _args(rng, batch, n, m, scale=0.7):
    x = rng.uniform(size=(batch, n)) * (rng.uniform(size=(batch, n)) < 0.5)
    x[0, 0] = 0.5
    return [scale * rng.normal(size=(n, m)), scale * rng.normal(size=(m, n)), x, rng.uniform(0.2, 1.0, size=n)]


def hidden(rng):
    batch = int(rng.integers(4, 9))
    return [
        {"name": "five features in two dimensions", "category": "several features", "args": _args(rng, batch, 5, 2)},
        {"name": "as many of everything", "category": "square arrays", "args": _args(rng, 4, 4, 4)},
        {"name": "one input", "category": "one input", "args": _args(rng, 1, 6, 3)},
        {"name": "long directions", "category": "large weights", "args": _args(rng, batch, 5, 2, scale=2.0)},
    ]
