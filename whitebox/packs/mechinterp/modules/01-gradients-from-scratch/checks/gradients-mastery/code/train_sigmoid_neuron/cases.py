import numpy as np

PUBLIC = [
    {
        "name": "one step on one example",
        "args": [np.array([[2.0, -1.0]]), np.array([1.0]), np.array([0.0, 0.0]), 0.0, 1.0, [[0]]],
    },
    {
        "name": "two batches of different size",
        "args": [
            np.array([[1.0], [2.0], [-1.0]]),
            np.array([1.0, 1.0, 0.0]),
            np.array([0.1]),
            -0.2,
            0.5,
            [[1], [0, 2]],
        ],
    },
]


def problem(rng, n, d, lr, batches):
    X, y = rng.normal(size=(n, d)), rng.uniform(0.05, 0.95, size=n)
    return [X, y, 0.5 * rng.normal(size=d), float(0.3 * rng.normal()), lr, batches]


def hidden(rng):
    return [
        {"name": "one epoch", "category": "equal batches", "args": problem(rng, 12, 3, 0.5, shuffled(rng, 12, 4))},
        {"name": "a short last batch", "category": "uneven batches", "args": problem(rng, 10, 2, 0.5, shuffled(rng, 10, 4))},
        {"name": "single rows", "category": "batches of one", "args": problem(rng, 6, 3, 0.3, shuffled(rng, 6, 1))},
        {
            "name": "twenty passes",
            "category": "long run",
            "args": problem(rng, 8, 2, 0.3, [rows for _ in range(20) for rows in shuffled(rng, 8, 4)]),
        },
        {"name": "overlapping rows", "category": "overlap", "args": problem(rng, 6, 2, 0.5, [[0, 1, 2, 3], [2, 3, 4], [5, 0]])},
        {"name": "learning rate zero", "category": "no movement", "args": problem(rng, 5, 2, 0.0, [[0, 1], [2, 3, 4]])},
    ]
