import numpy as np

PUBLIC = [
    {
        "name": "two components, one unit",
        "args": [
            np.array([1.0, 1.0]),
            np.array([[0.0, 0.0], [0.0, -1.0]]),
            np.array([[1.0], [0.5]]),
            np.array([2.0]),
            np.array([True, False]),
        ],
    },
    {
        "name": "three components, two units",
        "args": [
            np.array([1.0, -1.0, 2.0]),
            np.array([[0.0, 0.5, 0.0], [0.2, -0.5, 1.0], [-0.2, 0.0, 0.5]]),
            np.array([[1.0, 0.0], [0.0, 1.0], [0.5, -0.5]]),
            np.array([1.0, -1.0]),
            np.array([True, False, True]),
        ],
    },
]


def hidden(rng):
    return [
        {"name": "twelve components", "category": "typical", "args": _ablation_case(rng, 12, 8, 20, 4)},
        {"name": "strong mixing", "category": "saturated", "args": _ablation_case(rng, 9, 6, 15, 3, size=4.0)},
        {"name": "everything in the circuit", "category": "whole model", "args": _ablation_case(rng, 6, 5, 9, 6)},
        {"name": "one component", "category": "one component", "args": _ablation_case(rng, 7, 5, 9, 1)},
        {"name": "one other prompt", "category": "one prompt", "args": _ablation_case(rng, 8, 5, 1, 4)},
    ]
