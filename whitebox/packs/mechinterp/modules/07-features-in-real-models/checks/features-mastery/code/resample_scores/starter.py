import numpy as np


def resample_scores(h, others, W, u, circuit):
    """Return faithfulness and left-over share of a circuit under resampling."""
    raise NotImplementedError
