import numpy as np


PUBLIC = [
    {"name": "a pure adder, p 5, its own key", "args": [_adder(5, [1], 2.0), [1]]},
    {"name": "the same adder, another key", "args": [_adder(5, [1], 2.0), [2]]},
]


def hidden(rng):
    p = int(rng.choice([7, 9, 11]))
    mixed = _adder(p, [1, 3], 1.5) + _memory(rng, p, 6.0)
    bias = 2.0 * rng.normal(size=p)
    return [
        {"name": "rule and memory", "category": "rule and memory", "args": [mixed, [1, 3]]},
        {"name": "answers with a bias", "category": "bias", "args": [_adder(p, [2], 3.0) + bias, [2]]},
        {"name": "one key of two", "category": "part of the keys", "args": [mixed, [3]]},
        {
            "name": "logits in the thousands",
            "category": "large logits",
            "args": [1000.0 * _adder(p, [1, 2], 1.0) + 500.0 * mixed, [1, 2]],
        },
        {"name": "random logits", "category": "random", "args": [rng.normal(size=(7, 7, 7)), [1, 2, 3]]},
    ]
