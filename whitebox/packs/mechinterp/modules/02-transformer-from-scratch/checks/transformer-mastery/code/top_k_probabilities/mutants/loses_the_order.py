# Returns the kept probabilities sorted, not at their own token ids.
import numpy as np


def top_k_probabilities(logits, temperature, k):
    scaled = np.sort(logits / temperature)[::-1]
    weights = np.exp(scaled - scaled.max())
    weights[k:] = 0.0
    return weights / weights.sum()
