import numpy as np

PUBLIC = [
    {
        "name": "one example, two features",
        "args": [
            np.array([[2.0, 1.0]]),
            np.array([1.0]),
            np.array([[0.0, 1.0], [0.5, -1.0]]),
            np.array([0.5, 0.0]),
            np.array([1.0, 2.0]),
        ],
    },
    {
        "name": "two examples, one feature",
        "args": [
            np.array([[1.0], [-0.5]]),
            np.array([1.0, 0.0]),
            np.array([[-0.6]]),
            np.array([0.1]),
            np.array([1.5]),
        ],
    },
]


def hidden(rng):
    perfect = layer_problem(rng, 4, 3)
    X, _, W, b, u = perfect
    perfect[1] = (X / (1.0 + np.exp(-(X @ W + b)))) @ u
    return [
        {"name": "six examples, four features", "category": "usual sizes", "args": layer_problem(rng, 6, 4)},
        {"name": "a single example", "category": "one example", "args": layer_problem(rng, 1, 3)},
        {"name": "a single feature", "category": "one feature", "args": layer_problem(rng, 5, 1)},
        {"name": "large weights", "category": "saturated units", "args": layer_problem(rng, 4, 3, scale=3.0)},
        {"name": "predictions equal targets", "category": "zero loss", "args": perfect},
        {"name": "thirty examples, eight features", "category": "large batch", "args": layer_problem(rng, 30, 8)},
    ]
