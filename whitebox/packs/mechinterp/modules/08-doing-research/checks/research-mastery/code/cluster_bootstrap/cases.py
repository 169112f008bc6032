import numpy as np

PUBLIC = [
    {
        "name": "two groups, all four draws",
        "args": [
            np.array([0.0, 0.0, 6.0, 6.0]),
            np.array([1, 1, 2, 2]),
            np.array([[0, 0], [0, 1], [1, 0], [1, 1]]),
        ],
    },
    {
        "name": "groups of one and three",
        "args": [
            np.array([8.0, 1.0, 2.0, 3.0]),
            np.array([7, 4, 4, 4]),
            np.array([[0, 0], [0, 1], [1, 1]]),
        ],
    },
]


def _case(rng, sizes, repeats=200):
    names = rng.permutation(np.arange(3, 3 + 2 * len(sizes), 2))
    groups = np.repeat(names, sizes)
    level = dict(zip(names.tolist(), 2.0 * rng.normal(size=len(sizes))))
    values = np.array([level[g] for g in groups.tolist()]) + rng.normal(size=len(groups))
    order = rng.permutation(len(groups))
    return [values[order], groups[order], rng.integers(len(sizes), size=(repeats, len(sizes)))]


def hidden(rng):
    sizes = rng.integers(2, 9, size=8)
    return [
        {"name": "eight groups of different sizes", "category": "typical", "args": _case(rng, sizes)},
        {"name": "twelve groups of 20", "category": "equal sizes", "args": _case(rng, [20] * 12)},
        {"name": "one large group", "category": "unequal sizes", "args": _case(rng, [40, 2, 3, 1, 2])},
        {"name": "groups of one", "category": "independent values", "args": _case(rng, [1] * 15)},
    ]
