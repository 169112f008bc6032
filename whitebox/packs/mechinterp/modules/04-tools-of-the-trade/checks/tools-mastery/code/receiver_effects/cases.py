import numpy as np

PUBLIC = [
    {
        "name": "one position, one head in each layer",
        "args": [
            np.array([[1.0]]),
            np.array([[0.0]]),
            np.array([[[1.0]]]),
            np.array([[[1.0]]]),
            np.array([[[1.0]]]),
            np.array([[[2.0]]]),
            np.array([1.0]),
            np.array([True]),
        ],
    },
    {
        "name": "nobody is told",
        "args": [
            np.array([[1.0]]),
            np.array([[0.0]]),
            np.array([[[1.0]]]),
            np.array([[[1.0]]]),
            np.array([[[1.0]]]),
            np.array([[[2.0]]]),
            np.array([1.0]),
            np.array([False]),
        ],
    },
]


def hidden(rng):
    n = int(rng.integers(3, 6))
    return [
        {"name": "one receiver of two", "category": "one receiver", "args": _path_args(rng, 2, 2, n, 4, [False, True])},
        {"name": "two receivers of three", "category": "several receivers", "args": _path_args(rng, 3, 3, n, 4, [True, False, True])},
        {"name": "all are receivers", "category": "all receivers", "args": _path_args(rng, 2, 3, n, 4, [True, True, True])},
        {"name": "as many of everything", "category": "square arrays", "args": _path_args(rng, 4, 4, 4, 4, [True, True, False, False])},
        {"name": "one position", "category": "one position", "args": _path_args(rng, 2, 2, 1, 3, [True, False])},
    ]
