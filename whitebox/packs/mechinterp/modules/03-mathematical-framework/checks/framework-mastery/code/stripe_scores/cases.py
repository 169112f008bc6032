import numpy as np

PUBLIC = [
    {
        "name": "one text, one token given twice",
        "args": [np.array([[[[1.0, 0, 0], [0.7, 0.3, 0], [0.1, 0.4, 0.5]]]]), 1],
    },
    {
        "name": "one text, two tokens given twice",
        "args": [
            np.array(
                [
                    [
                        [
                            [1.0, 0, 0, 0, 0],
                            [0.5, 0.5, 0, 0, 0],
                            [0.2, 0.4, 0.4, 0, 0],
                            [0.1, 0.1, 0.8, 0, 0],
                            [0, 0.1, 0.1, 0.6, 0.2],
                        ]
                    ]
                ]
            ),
            2,
        ],
    },
]


def _texts(rng, texts, heads, length, distance):
    return [np.stack([_attention(rng, heads, 2 * length + 1, distance) for _ in range(texts)]), length]


def hidden(rng):
    length = int(rng.integers(4, 9))
    return [
        {"name": "an induction head", "category": "induction", "args": _texts(rng, 2, 2, length, length - 1)},
        {"name": "a previous-token head", "category": "other heads", "args": _texts(rng, 3, 2, length, 1)},
        {"name": "a head that looks at the same token", "category": "other heads", "args": _texts(rng, 2, 3, length, length)},
        {"name": "as many texts as heads and positions", "category": "square arrays", "args": _texts(rng, 5, 5, 2, 1)},
        {"name": "one text", "category": "one text", "args": _texts(rng, 1, 4, length, length - 1)},
    ]
