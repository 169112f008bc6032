import numpy as np

PUBLIC = [
    {
        "name": "one unit in each layer",
        "args": [np.array([1.0]), np.array([0.0]), np.array([[1.0]]), np.array([[2.0]]), np.array([3.0])],
    },
    {
        "name": "two and two units",
        "args": [
            np.array([1.0, 0.0]),
            np.array([0.0, 1.0]),
            np.array([[1.0, -1.0], [0.5, 0.0]]),
            np.array([[1.0, 2.0], [0.0, -1.0]]),
            np.array([1.0, -2.0]),
        ],
    },
]


def hidden(rng):
    same = _net(rng, 4, 6, 5, 1.0)
    same[1] = same[0].copy()
    one = _net(rng, 3, 1, 4, 1.5)
    return [
        {"name": "small weights", "category": "nearly linear", "args": _net(rng, 5, 6, 4, 0.3)},
        {"name": "ordinary weights", "category": "typical", "args": _net(rng, 6, 8, 7, 1.0)},
        {"name": "large weights", "category": "saturated", "args": _net(rng, 6, 7, 7, 4.0)},
        {"name": "both inputs equal", "category": "equal inputs", "args": same},
        {"name": "one unit in the first layer", "category": "one unit", "args": one},
    ]
