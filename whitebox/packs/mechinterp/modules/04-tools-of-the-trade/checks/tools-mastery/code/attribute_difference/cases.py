import numpy as np

PUBLIC = [
    {
        "name": "three parts, four features",
        "args": [
            np.array([[1.0, 1, 1, 1], [4, 0, 0, 0], [-1, -1, -1, 3]]),
            np.ones(4),
            np.array([[2.0, 0], [0, 0], [0, 0], [1, 0]]),
            0,
            1,
            0.0,
        ],
    },
    {
        "name": "one part, gamma not 1",
        "args": [np.array([[3.0, 1, 1, -1]]), np.array([1.0, 1, 2, 1]), np.array([[1.0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 3]]), 2, 0, 1e-5],
    },
]


def _args(rng, c, d, vocab, mean=0.0, size=1.0):
    right, wrong = rng.choice(vocab, size=2, replace=False)
    return [
        size * (mean + rng.normal(size=(c, d))),
        rng.uniform(0.5, 2.0, size=d),
        rng.normal(size=(d, vocab)),
        int(right),
        int(wrong),
        1e-5,
    ]


def hidden(rng):
    c = int(rng.integers(3, 8))
    return [
        {"name": "several parts", "category": "several parts", "args": _args(rng, c, 8, 6)},
        {"name": "parts with a large mean", "category": "large mean", "args": _args(rng, c, 6, 5, mean=5.0)},
        {"name": "tiny parts, where eps counts", "category": "tiny variance", "args": _args(rng, 3, 6, 4, size=2e-3)},
        {"name": "as many parts as features", "category": "square arrays", "args": _args(rng, 6, 6, 6)},
        {"name": "one part", "category": "one part", "args": _args(rng, 1, 5, 3)},
    ]
