import numpy as np

PUBLIC = [
    {"name": "two opposite pairs at right angles", "args": [np.array([[1.0, 0], [-1, 0], [0, 2], [0, -2]]), np.array([0, 0, 1, 1])]},
    {"name": "two features at 60 degrees, each its own group", "args": [np.array([[1.0, 0.0], [1.0, np.sqrt(3.0)]]), np.array([0, 1])]},
]


def hidden(rng):
    n = int(rng.integers(6, 10))
    pentagon = np.hstack([1.2 * _pentagon(rng), np.zeros((5, 1))])
    with_axis = np.vstack([pentagon, [[0.0, 0.0, 2.0]]])
    order = rng.permutation(6)
    labels = np.array([0, 0, 0, 0, 0, 1])
    mixed = np.concatenate([[0, 1, 2], rng.integers(0, 3, size=n - 3)])
    return [
        {"name": "a pentagon and an axis of its own", "category": "shapes", "args": [with_axis[order], labels[order]]},
        {"name": "random directions, three groups", "category": "random directions", "args": [rng.normal(size=(n, 4)), mixed]},
        {"name": "very different lengths", "category": "lengths", "args": [rng.normal(size=(4, 2)) * np.array([[0.1], [1], [3], [10]]), np.array([1, 0, 1, 0])]},
        {"name": "as many groups as features and dimensions", "category": "square arrays", "args": [rng.normal(size=(4, 4)), np.array([2, 0, 3, 1])]},
    ]
