import numpy as np

N = np.arange(5)
PUBLIC = [
    {"name": "mean and one cosine, p 3", "args": [np.array([[4.0], [1.0], [1.0]])]},
    {
        "name": "two columns, p 5",
        "args": [np.column_stack([np.cos(2 * np.pi * N / 5), 1.0 + np.sin(4 * np.pi * N / 5)])],
    },
]


def _waves(rng, p, d, keys):
    n = np.arange(p)
    parts = [np.outer(np.cos(2 * np.pi * k * n / p), rng.normal(size=d)) for k in keys]
    parts += [np.outer(np.sin(2 * np.pi * k * n / p), rng.normal(size=d)) for k in keys]
    return sum(parts) + 0.1 * rng.normal(size=(p, d))


def hidden(rng):
    return [
        {"name": "random table, p 11", "category": "random table", "args": [rng.normal(size=(11, 6))]},
        {
            "name": "three key frequencies, p 29",
            "category": "key frequencies",
            "args": [_waves(rng, 29, 8, (2, 5, 13))],
        },
        {"name": "large mean", "category": "large mean", "args": [3.0 + rng.normal(size=(13, 4))]},
        {"name": "more columns than rows", "category": "wide table", "args": [rng.normal(size=(7, 20))]},
        {"name": "one column", "category": "one column", "args": [rng.normal(size=(17, 1))]},
    ]
