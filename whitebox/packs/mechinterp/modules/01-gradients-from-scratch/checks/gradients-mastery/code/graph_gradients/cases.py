import numpy as np

PUBLIC = [
    {"name": "a product of two leaves", "args": [[["leaf", 4.0], ["leaf", -3.0], ["mul", 0, 1]]]},
    {"name": "one leaf used twice", "args": [[["leaf", 2.0], ["leaf", 5.0], ["mul", 0, 1], ["sub", 2, 0]]]},
    {"name": "sigmoid of a difference", "args": [[["leaf", 0.5], ["leaf", 0.25], ["sub", 0, 1], ["sigmoid", 2]]]},
]


def draw(rng, count):
    """Return leaves of size 0.4 to 1.4 with random signs."""
    numbers = rng.uniform(0.4, 1.4, size=count) * rng.choice([-1.0, 1.0], size=count)
    return [["leaf", float(number)] for number in numbers]


def random_nodes(rng, leaves, length):
    nodes = draw(rng, leaves)
    for k in range(leaves, leaves + length):
        op = str(rng.choice(["sub", "mul", "sigmoid"]))
        # The newest node always feeds the next one, so that the whole graph matters. Products take a leaf, so
        # that values stay moderate.
        other = int(rng.integers(0, leaves if op == "mul" else k - 1))
        nodes.append(["sigmoid", k - 1] if op == "sigmoid" else [op, k - 1, other])
    return nodes


def hidden(rng):
    return [
        {
            "name": "a chain",
            "category": "one path",
            "args": [[*draw(rng, 2), ["mul", 0, 1], ["sigmoid", 2], ["mul", 3, 1], ["sigmoid", 4]]],
        },
        {
            "name": "a value that feeds two later operations",
            "category": "shared value",
            "args": [
                [*draw(rng, 3), ["mul", 0, 1], ["sigmoid", 3], ["mul", 3, 2], ["sub", 4, 5], ["mul", 6, 3]],
            ],
        },
        {
            "name": "squares of squares",
            "category": "same node twice in one operation",
            "args": [[*draw(rng, 1), ["mul", 0, 0], ["mul", 1, 1], ["sub", 2, 1]]],
        },
        {
            "name": "a late leaf and a result that nobody uses",
            "category": "unused values",
            "args": [[*draw(rng, 2), ["mul", 0, 1], *draw(rng, 1), ["sigmoid", 3], ["mul", 2, 0]]],
        },
        {
            "name": "a long random graph",
            "category": "large graph",
            "args": [random_nodes(rng, 4, 16)],
        },
    ]
