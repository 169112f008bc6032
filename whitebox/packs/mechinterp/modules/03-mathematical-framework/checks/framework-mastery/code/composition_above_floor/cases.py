import numpy as np

PUBLIC = [
    {
        "name": "one head writes to feature 1, the query reads feature 1",
        "args": [np.array([[[0.0, 2.0], [0.0, 0.0]]]), np.array([[[0.0, 0.0], [3.0, 0.0]]])],
    },
    {
        "name": "one head writes to feature 1, the key reads feature 1",
        "args": [np.array([[[0.0, 2.0], [0.0, 0.0]]]), np.array([[[0.0, 3.0], [0.0, 0.0]]])],
    },
]


def hidden(rng):
    d = int(rng.integers(6, 10))
    return [
        {"name": "three and two heads", "category": "several heads", "args": [_heads(rng, 3, d, 2), _heads(rng, 2, d, 2)]},
        {"name": "as many heads as features", "category": "square arrays", "args": [_heads(rng, 4, 4, 2), _heads(rng, 4, 4, 2)]},
        {"name": "heads of width one", "category": "rank one", "args": [_heads(rng, 2, d, 1), _heads(rng, 3, d, 1)]},
        {"name": "tiny and large weights", "category": "scale", "args": [1e3 * _heads(rng, 2, d, 2), 1e-4 * _heads(rng, 2, d, 2)]},
    ]
