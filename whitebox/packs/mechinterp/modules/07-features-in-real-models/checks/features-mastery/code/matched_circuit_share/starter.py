import numpy as np


def matched_circuit_share(h, mean, W, u, circuit, layer):
    """Return the share of layer-matched circuits that are at least as near to faithfulness 1."""
    raise NotImplementedError
