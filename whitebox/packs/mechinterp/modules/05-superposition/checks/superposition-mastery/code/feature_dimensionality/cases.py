import numpy as np

PUBLIC = [
    {"name": "an opposite pair", "args": [np.array([[2.0, 0.0], [-2.0, 0.0]])]},
    {"name": "lengths 1 and 2 at 60 degrees", "args": [np.array([[1.0, 0.0], [1.0, np.sqrt(3.0)]])]},
    {"name": "a feature that is not stored", "args": [np.array([[0.0, 3.0], [0.0, 0.0]])]},
]


def hidden(rng):
    n = int(rng.integers(5, 10))
    with_zeros = rng.normal(size=(6, 3))
    with_zeros[[1, 4]] = 0.0
    return [
        {"name": "a pentagon", "category": "shapes", "args": [1.3 * _pentagon(rng)]},
        {"name": "random directions", "category": "random directions", "args": [rng.normal(size=(n, 3))]},
        {"name": "as many features as dimensions", "category": "square arrays", "args": [rng.normal(size=(4, 4))]},
        {"name": "very different lengths", "category": "lengths", "args": [rng.normal(size=(5, 2)) * np.array([[0.01], [0.1], [1], [5], [20]])]},
        {"name": "some rows of zeros", "category": "rows of zeros", "args": [with_zeros]},
    ]
