import numpy as np


def random_circuit_share(h, mean, W, u, circuit):
    """Return the share of circuits of the same size that are at least as faithful."""
    raise NotImplementedError
