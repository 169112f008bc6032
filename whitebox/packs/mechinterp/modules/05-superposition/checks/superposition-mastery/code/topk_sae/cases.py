import numpy as np

PUBLIC = [
    {
        "name": "two activations, keep one of four",
        "args": [
            np.array([[3.0, 1.0], [-1.0, -2.0]]),
            np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]]),
            np.zeros(4),
            np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]]),
            np.zeros(2),
            1,
        ],
    },
    {
        "name": "a kept value below 0",
        "args": [np.array([[1.0], [-1.0]]), np.array([[1.0, -2.0]]), np.array([0.0, -3.0]), np.array([[1.0], [1.0]]), np.array([0.0]), 2],
    },
]


def hidden(rng):
    batch = int(rng.integers(4, 9))
    return [
        {"name": "keep two of ten", "category": "several latents", "args": _sae_args(rng, batch, 4, 10, 2)},
        {"name": "keep all", "category": "keep all", "args": _sae_args(rng, batch, 3, 6, 6)},
        {"name": "as many of everything", "category": "square arrays", "args": _sae_args(rng, 5, 5, 5, 3)},
        {"name": "keep one", "category": "keep one", "args": _sae_args(rng, batch, 6, 12, 1)},
    ]
