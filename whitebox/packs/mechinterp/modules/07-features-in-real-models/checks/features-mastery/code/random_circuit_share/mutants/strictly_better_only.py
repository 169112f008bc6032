# Leaves the circuit itself out.
from itertools import combinations

import numpy as np


def random_circuit_share(h, mean, W, u, circuit):
    n = len(h)

    def metric(keep):
        return np.tanh(np.where(keep, h, mean) @ W) @ u

    whole, nothing = metric(np.ones(n, dtype=bool)), metric(np.zeros(n, dtype=bool))

    def faithfulness(keep):
        return (metric(keep) - nothing) / (whole - nothing)

    mine = faithfulness(circuit)
    size = int(circuit.sum())
    every = [faithfulness(np.isin(np.arange(n), parts)) for parts in combinations(range(n), size)]
    return float(np.mean([other > mine + 1e-9 for other in every]))
