import numpy as np

PUBLIC = [{"name": "three numbers", "args": [np.array([1.0, 2.0, 3.0])]}]


def hidden(rng):
    return [{"name": f"row {n}", "category": "random", "args": [rng.normal(size=8)]} for n in range(3)]
