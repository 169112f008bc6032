import numpy as np

PUBLIC = [
    {
        "name": "two layers of two, one from each",
        "args": [
            np.array([12.0, 7.0, -10.5, 0.5]),
            np.zeros(4),
            0.001 * np.ones((4, 1)),
            np.array([1000.0]),
            np.array([False, True, False, True]),
            np.array([0, 0, 1, 1]),
        ],
    },
    {
        "name": "nothing from the second layer",
        "args": [
            np.array([1.0, -1.0, 0.5]),
            np.array([0.0, 0.2, 0.1]),
            np.array([[1.0], [-0.5], [2.0]]),
            np.array([-2.0]),
            np.array([True, False, False]),
            np.array([0, 0, 1]),
        ],
    },
]


def _case(rng, n, m, kept, layers, size=1.5):
    circuit = np.zeros(n, dtype=bool)
    circuit[rng.choice(n, size=kept, replace=False)] = True
    return [*_draw(rng, n, m, size), circuit, np.sort(np.arange(n) % layers)]


def hidden(rng):
    fine = _draw(rng, 10, 8, 1.5)
    best = np.zeros(10, dtype=bool)
    best[np.argsort(-np.abs(fine[0] - fine[1]))[:5]] = True
    minus = _draw(rng, 9, 6, 1.0)
    return [
        {"name": "four of ten, two layers", "category": "typical", "args": _case(rng, 10, 8, 4, 2)},
        {"name": "the largest five of ten", "category": "good circuit", "args": [*fine, best, np.arange(10) % 3]},
        {"name": "five of nine, strong mixing", "category": "saturated", "args": _case(rng, 9, 6, 5, 3, size=4.0)},
        {"name": "the whole model", "category": "whole model", "args": _case(rng, 7, 5, 7, 2)},
        {
            "name": "a whole effect below 0",
            "category": "negative effect",
            "args": [*minus[:3], -minus[3], np.arange(9) < 4, np.arange(9) % 2],
        },
    ]
