import numpy as np

PUBLIC = [
    {"name": "a product of two leaves", "args": [[3.0, -2.0], [["mul", 0, 1]]]},
    {"name": "one leaf used twice", "args": [[2.0, 5.0], [["mul", 0, 1], ["add", 2, 0]]]},
    {"name": "tanh of a sum", "args": [[0.25, 0.25], [["add", 0, 1], ["tanh", 2]]]},
]


def draw(rng, count):
    """Return floats of size 0.4 to 1.4 with random signs: far from 0 and 1 for squashed values."""
    return (rng.uniform(0.4, 1.4, size=count) * rng.choice([-1.0, 1.0], size=count)).tolist()


def random_tape(rng, leaves, length):
    tape = []
    for slot in range(leaves, leaves + length):
        op = str(rng.choice(["add", "mul", "tanh"]))
        # The newest slot always feeds the next one, so that the whole tape matters. Products take a leaf, so
        # that values stay moderate.
        other = int(rng.integers(0, leaves if op == "mul" else slot))
        tape.append(["tanh", slot - 1] if op == "tanh" else [op, slot - 1, other])
    return tape


def hidden(rng):
    return [
        {
            "name": "a chain",
            "category": "one path",
            "args": [draw(rng, 2), [["mul", 0, 1], ["tanh", 2], ["mul", 3, 1], ["tanh", 4]]],
        },
        {
            "name": "a value that feeds two later operations",
            "category": "shared value",
            "args": [draw(rng, 3), [["mul", 0, 1], ["tanh", 3], ["mul", 3, 2], ["add", 4, 5], ["mul", 6, 3]]],
        },
        {
            "name": "squares of squares",
            "category": "same slot twice in one operation",
            "args": [draw(rng, 1), [["mul", 0, 0], ["mul", 1, 1], ["add", 2, 1]]],
        },
        {
            "name": "a leaf and a result that nobody uses",
            "category": "unused values",
            "args": [draw(rng, 3), [["mul", 0, 2], ["tanh", 1], ["mul", 3, 0]]],
        },
        {
            "name": "a long random tape",
            "category": "large graph",
            "args": [draw(rng, 4), random_tape(rng, 4, 16)],
        },
    ]
