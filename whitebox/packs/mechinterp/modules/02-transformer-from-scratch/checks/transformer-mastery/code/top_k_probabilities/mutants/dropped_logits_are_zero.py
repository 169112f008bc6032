# Sets dropped logits to 0 instead of minus infinity: exp(0) still gives them probability.
import numpy as np


def top_k_probabilities(logits, temperature, k):
    scaled = logits / temperature
    scaled[np.argsort(scaled)[:-k]] = 0.0
    weights = np.exp(scaled - scaled.max())
    return weights / weights.sum()
