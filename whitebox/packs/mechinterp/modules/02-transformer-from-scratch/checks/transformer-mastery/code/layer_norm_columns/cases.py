import numpy as np

PUBLIC = [
    {
        "name": "one token",
        "args": [np.array([[5.0], [1.0], [5.0], [1.0]]), np.array([1.0, 1.0, 2.0, 0.5]), np.array([0.0, 1.0, 0.0, 0.0]), 1e-5],
    },
    {
        "name": "two tokens, three features",
        "args": [np.array([[0.0, 4.0], [3.0, -2.0], [6.0, -2.0]]), np.ones(3), np.array([0.5, 0.0, 0.0]), 1e-5],
    },
]


def _args(rng, x, eps=1e-5):
    d = x.shape[0]
    return [x, rng.uniform(0.5, 2.0, size=d), rng.normal(size=d), eps]


def hidden(rng):
    n = int(rng.integers(3, 6))
    return [
        {"name": "several tokens", "category": "several tokens", "args": _args(rng, rng.normal(size=(8, n)))},
        {"name": "one token", "category": "one token", "args": _args(rng, rng.normal(size=(6, 1)))},
        {"name": "as many tokens as features", "category": "square arrays", "args": _args(rng, rng.normal(size=(5, 5)))},
        {"name": "far from zero", "category": "large mean", "args": _args(rng, 100.0 + rng.normal(size=(6, 3)))},
        {"name": "almost constant tokens", "category": "tiny variance", "args": _args(rng, 2.0 + 1e-3 * rng.normal(size=(6, 3)))},
        {"name": "constant token", "category": "zero variance", "args": _args(rng, np.full((4, 2), float(rng.integers(1, 9))))},
    ]
