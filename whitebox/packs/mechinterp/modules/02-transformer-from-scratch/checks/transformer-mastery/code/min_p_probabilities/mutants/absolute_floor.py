# Treats the floor as a probability, not as a share of the largest one; falls back to all tokens when none is left.
import numpy as np


def min_p_probabilities(logits, temperature, floor):
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max())
    p = weights / weights.sum()
    kept = np.where(p >= floor, p, 0.0)
    return kept / kept.sum() if kept.sum() > 0 else p
