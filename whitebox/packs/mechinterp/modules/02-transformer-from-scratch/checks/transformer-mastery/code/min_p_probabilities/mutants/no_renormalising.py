# Does not make the kept probabilities sum to 1 again.
import numpy as np


def min_p_probabilities(logits, temperature, floor):
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max())
    p = weights / weights.sum()
    return np.where(p >= floor * p.max(), p, 0.0)
