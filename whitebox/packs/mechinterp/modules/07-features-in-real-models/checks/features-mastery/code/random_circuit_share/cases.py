import numpy as np

PUBLIC = [
    {
        "name": "four components that add (nearly)",
        "args": [
            np.array([3.0, 2.0, 1.0, 0.5]),
            np.zeros(4),
            0.01 * np.ones((4, 1)),
            np.array([100.0]),
            np.array([True, False, True, False]),
        ],
    },
    {
        "name": "a whole effect below 0",
        "args": [
            np.array([1.0, -1.0, 0.5]),
            np.array([0.0, 0.2, 0.1]),
            np.array([[1.0], [-0.5], [2.0]]),
            np.array([-2.0]),
            np.array([False, False, True]),
        ],
    },
]


def _case(rng, n, m, kept, size=1.5):
    circuit = np.zeros(n, dtype=bool)
    circuit[rng.choice(n, size=kept, replace=False)] = True
    return [*_draw(rng, n, m, size), circuit]


def hidden(rng):
    fine = _draw(rng, 10, 8, 1.5)
    best = np.zeros(10, dtype=bool)
    best[np.argsort(-np.abs(fine[0] - fine[1]))[:3]] = True
    minus = _draw(rng, 9, 6, 1.0)
    return [
        {"name": "four of ten", "category": "typical", "args": _case(rng, 10, 8, 4)},
        {"name": "the largest three of ten", "category": "good circuit", "args": [*fine, best]},
        {"name": "five of nine, strong mixing", "category": "saturated", "args": _case(rng, 9, 6, 5, size=4.0)},
        {"name": "the whole model", "category": "whole model", "args": _case(rng, 7, 5, 7)},
        {
            "name": "a whole effect below 0",
            "category": "negative effect",
            "args": [*minus[:3], -minus[3], np.arange(9) < 3],
        },
    ]
