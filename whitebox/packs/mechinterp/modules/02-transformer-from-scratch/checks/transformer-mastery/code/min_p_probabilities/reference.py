import numpy as np


def min_p_probabilities(logits, temperature, floor):
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max())
    kept = np.where(weights >= floor, weights, 0.0)
    return kept / kept.sum()
