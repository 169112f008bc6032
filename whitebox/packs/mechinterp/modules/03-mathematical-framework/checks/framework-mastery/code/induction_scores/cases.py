import numpy as np

PUBLIC = [
    {
        "name": "two tokens given twice",
        "args": [
            np.array([[[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.1, 0.8, 0.1, 0], [0.1, 0.2, 0.6, 0.1]]]),
            2,
        ],
    },
    {
        "name": "a head that looks at the same token as before",
        "args": [np.array([[[1.0, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0]]]), 2],
    },
]


def hidden(rng):
    length = int(rng.integers(4, 9))
    return [
        {"name": "an induction head", "category": "induction", "args": [_attention(rng, 2, 2 * length, length - 1), length]},
        {"name": "a head that looks at the same token", "category": "other heads", "args": [_attention(rng, 3, 2 * length, length), length]},
        {"name": "a head that looks two after", "category": "other heads", "args": [_attention(rng, 1, 2 * length, length - 2), length]},
        {"name": "one token given twice", "category": "one token", "args": [_attention(rng, 2, 2, 1), 1]},
        {"name": "as many heads as positions", "category": "square arrays", "args": [_attention(rng, 6, 6, 2), 3]},
    ]
