import numpy as np


def mean_ablation_scores(h, reference, W, u, circuit):
    """Return faithfulness and left-over share of a circuit under mean ablation."""
    raise NotImplementedError
