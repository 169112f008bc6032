import numpy as np


UPPER = np.triu(np.ones((5, 5), dtype=bool))
PUBLIC = [
    {"name": "a pure adder without its key is a guess: log 5", "args": [_adder(5, [1], 2.0), [1], UPPER]},
    {"name": "the same adder without another key", "args": [_adder(5, [1], 2.0), [2], UPPER]},
]


def hidden(rng):
    p = int(rng.choice([7, 9, 11]))
    mixed = _adder(p, [1, 3], 1.5) + _memory(rng, p, 6.0)
    bias = 2.0 * rng.normal(size=p)
    seen = rng.random((p, p)) < 0.4
    seen[0, 1] = True
    return [
        {"name": "rule and memory", "category": "rule and memory", "args": [mixed, [1, 3], seen]},
        {"name": "answers with a bias", "category": "bias", "args": [_adder(p, [2], 3.0) + bias, [2], seen]},
        {"name": "one key of two", "category": "part of the keys", "args": [mixed, [3], seen]},
        {"name": "logits in the thousands", "category": "large logits", "args": [500.0 * mixed, [1, 2], seen]},
        {
            "name": "random logits",
            "category": "random",
            "args": [rng.normal(size=(7, 7, 7)), [1, 2], rng.random((7, 7)) < 0.6],
        },
    ]
