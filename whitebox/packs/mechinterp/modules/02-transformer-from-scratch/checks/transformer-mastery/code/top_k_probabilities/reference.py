import numpy as np


def top_k_probabilities(logits, temperature, k):
    scaled = logits / temperature
    kept = np.argsort(scaled)[-k:]
    weights = np.zeros(len(scaled))
    weights[kept] = np.exp(scaled[kept] - scaled.max())
    return weights / weights.sum()
