import numpy as np

PUBLIC = [
    {
        "name": "two units, all four draws",
        "args": [
            np.array([2.0, 8.0]),
            np.array([1.0, 2.0]),
            np.array([1, 2]),
            np.array([[0, 0], [0, 1], [1, 0], [1, 1]]),
        ],
    },
    {
        "name": "units of one and two rows",
        "args": [
            np.array([4.0, 1.0, 3.0]),
            np.array([4.0, 2.0, 3.0]),
            np.array([9, 5, 5]),
            np.array([[0, 0], [0, 1], [1, 1]]),
        ],
    },
]


def _case(rng, sizes, repeats=200):
    names = rng.permutation(np.arange(3, 3 + 2 * len(sizes), 2))
    units = np.repeat(names, sizes)
    factor = dict(zip(names.tolist(), rng.uniform(0.4, 1.1, size=len(sizes))))
    base = rng.uniform(0.5, 6.0, size=len(units))
    changed = base * np.array([factor[u] for u in units.tolist()]) + 0.1 * rng.normal(size=len(units))
    order = rng.permutation(len(units))
    return [base[order], changed[order], units[order], rng.integers(len(sizes), size=(repeats, len(sizes)))]


def hidden(rng):
    sizes = rng.integers(2, 9, size=8)
    return [
        {"name": "eight units of different sizes", "category": "typical", "args": _case(rng, sizes)},
        {"name": "twelve units of 10", "category": "equal sizes", "args": _case(rng, [10] * 12)},
        {"name": "one large unit", "category": "unequal sizes", "args": _case(rng, [40, 2, 3, 1, 2])},
        {"name": "units of one row", "category": "one row each", "args": _case(rng, [1] * 15)},
    ]
