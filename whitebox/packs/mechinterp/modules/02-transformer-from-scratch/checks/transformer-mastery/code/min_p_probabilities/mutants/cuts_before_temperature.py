# Chooses the tokens before the temperature is applied.
import numpy as np


def min_p_probabilities(logits, temperature, floor):
    plain = np.exp(logits - logits.max())
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max())
    kept = np.where(plain >= floor, weights, 0.0)
    return kept / kept.sum()
