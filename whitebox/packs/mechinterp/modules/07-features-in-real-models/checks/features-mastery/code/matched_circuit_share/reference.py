from itertools import combinations, product

import numpy as np


def matched_circuit_share(h, mean, W, u, circuit, layer):
    n = len(h)

    def metric(keep):
        return np.tanh(np.where(keep, h, mean) @ W) @ u

    whole, nothing = metric(np.ones(n, dtype=bool)), metric(np.zeros(n, dtype=bool))

    def distance(keep):
        return abs((metric(keep) - nothing) / (whole - nothing) - 1)

    choices = []
    for one in np.unique(layer):
        here = np.flatnonzero(layer == one)
        choices.append(list(combinations(here, int(circuit[here].sum()))))
    mine = distance(circuit)
    near = []
    for picked in product(*choices):
        parts = [part for some in picked for part in some]
        near.append(distance(np.isin(np.arange(n), parts)) <= mine + 1e-9)
    return float(np.mean(near))
