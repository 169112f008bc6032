import numpy as np

S = np.arange(3)[:, None] + np.arange(3)[None, :]
D = np.arange(5)[:, None] - np.arange(5)[None, :]
PUBLIC = [
    {"name": "a pure wave of the sum, p 3", "args": [1.0 + 2.0 * np.cos(2 * np.pi * S / 3)]},
    {
        "name": "half sum, half difference, p 5",
        "args": [np.sin(4 * np.pi * np.add.outer(np.arange(5), np.arange(5)) / 5) + np.cos(2 * np.pi * D / 5)],
    },
]


def _square(rng, p, k):
    u = 2 * np.pi * k * np.arange(p) / p + rng.uniform(0, 6)
    return (np.cos(u)[:, None] + np.cos(u)[None, :]) ** 2


def hidden(rng):
    k = int(rng.integers(1, 6))
    return [
        {"name": "square of two waves, p 13", "category": "square neuron", "args": [_square(rng, 13, k)]},
        {"name": "random activation, p 7", "category": "random", "args": [rng.normal(size=(7, 7))]},
        {
            "name": "not symmetric",
            "category": "not symmetric",
            "args": [np.maximum(rng.normal(size=(9, 1)) + rng.normal(size=9), 0)],
        },
        {
            "name": "large mean",
            "category": "large mean",
            "args": [50.0 + _square(rng, 11, 2) + rng.normal(size=(11, 11))],
        },
        {
            "name": "waves with a phase",
            "category": "phase",
            "args": [np.cos(2 * np.pi * 3 * np.add.outer(np.arange(11), np.arange(11)) / 11 + rng.uniform(0, 6))],
        },
    ]
