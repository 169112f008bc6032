import numpy as np

PUBLIC = [
    {"name": "3 + 6 modulo 7, one key", "args": [np.array([3]), np.array([6]), 7, np.array([1]), np.array([1.0])]},
    {
        "name": "two pairs, two keys",
        "args": [np.array([0, 4]), np.array([2, 4]), 5, np.array([1, 2]), np.array([1.0, 0.5])],
    },
]


def hidden(rng):
    return [
        {"name": "p 29, six keys", "category": "several keys", "args": _case(rng, 29, 6, 12)},
        {"name": "p 13, one key", "category": "one key", "args": _case(rng, 13, 1, 6)},
        {"name": "p 59, five keys", "category": "larger p", "args": _case(rng, 59, 5, 20)},
        {
            "name": "doubles",
            "category": "a equals b",
            "args": [np.arange(11), np.arange(11), 11, np.array([2, 3]), np.array([1.0, 2.0])],
        },
        {"name": "one pair", "category": "one pair", "args": _case(rng, 17, 3, 1)},
    ]
