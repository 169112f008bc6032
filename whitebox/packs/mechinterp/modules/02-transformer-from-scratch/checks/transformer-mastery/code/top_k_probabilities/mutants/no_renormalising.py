# Cuts after the softmax and does not make the rest sum to 1 again.
import numpy as np


def top_k_probabilities(logits, temperature, k):
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max())
    probabilities = weights / weights.sum()
    probabilities[np.argsort(scaled)[:-k]] = 0.0
    return probabilities
