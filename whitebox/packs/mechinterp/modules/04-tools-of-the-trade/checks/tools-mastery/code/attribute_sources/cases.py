import numpy as np

PUBLIC = [
    {
        "name": "one head of width 1, two positions",
        "args": [
            np.array([[0.25, 0.75]]),
            np.array([[1.0, 0, 0, 0], [0, 2, 0, 0]]),
            np.array([[[1.0], [1.0], [0.0], [0.0]]]),
            np.array([[[4.0, 0, 0, 0]]]),
            np.array([3.0, -1, 3, -1]),
            np.array([[1.0, 0], [0, 1], [0, 0], [0, 0]]),
            0,
            1,
        ],
    },
]


def _args(rng, heads, n, d, d_head, vocab, mean=0.0):
    weights = rng.uniform(0.05, 1.0, size=(heads, n)) ** 3
    right, wrong = rng.choice(vocab, size=2, replace=False)
    return [
        weights / weights.sum(axis=-1, keepdims=True),
        rng.normal(size=(n, d)),
        rng.normal(size=(heads, d, d_head)),
        mean + rng.normal(size=(heads, d_head, d)),
        3.0 + 2.0 * rng.normal(size=d),
        rng.normal(size=(d, vocab)),
        int(right),
        int(wrong),
    ]


def hidden(rng):
    n = int(rng.integers(3, 8))
    return [
        {"name": "three heads", "category": "several heads", "args": _args(rng, 3, n, 8, 2, 5)},
        {"name": "writes with a large mean", "category": "large mean", "args": _args(rng, 2, n, 6, 2, 4, mean=2.0)},
        {"name": "as many of everything", "category": "square arrays", "args": _args(rng, 5, 5, 5, 5, 5)},
        {"name": "one position", "category": "one position", "args": _args(rng, 2, 1, 6, 2, 3)},
    ]
