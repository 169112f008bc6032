import numpy as np

PUBLIC = [
    {
        "name": "one activation, four latents",
        "args": [
            np.array([[3.0, 1.0]]),
            np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]]),
            np.full(4, -0.5),
            np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]]),
            np.zeros(2),
            0.2,
        ],
    },
    {
        "name": "two activations, decoder rows not of unit length",
        "args": [np.array([[1.0, 1.0], [0.0, 2.0]]), np.array([[1.0], [0.0]]), np.array([0.5]), np.array([[2.0, 0.0]]), np.array([0.0, 1.0]), 0.1],
    },
]


def hidden(rng):
    batch = int(rng.integers(4, 9))
    return [
        {"name": "more latents than dimensions", "category": "several latents", "args": _sae_args(rng, batch, 4, 10, 0.3)},
        {"name": "long decoder rows", "category": "decoder lengths", "args": _sae_args(rng, batch, 3, 6, 0.5, scale=4.0)},
        {"name": "as many of everything", "category": "square arrays", "args": _sae_args(rng, 5, 5, 5, 0.2)},
        {"name": "one activation", "category": "one activation", "args": _sae_args(rng, 1, 4, 8, 1.0)},
        {"name": "no penalty", "category": "no penalty", "args": _sae_args(rng, batch, 4, 8, 0.0)},
    ]
