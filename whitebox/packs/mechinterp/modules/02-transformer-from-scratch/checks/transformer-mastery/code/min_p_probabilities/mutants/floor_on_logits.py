# Cuts logits, not probabilities: keeps logits of at least floor times the largest logit.
import numpy as np


def min_p_probabilities(logits, temperature, floor):
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max())
    kept = np.where(scaled >= floor * scaled.max(), weights, 0.0)
    return kept / kept.sum()
