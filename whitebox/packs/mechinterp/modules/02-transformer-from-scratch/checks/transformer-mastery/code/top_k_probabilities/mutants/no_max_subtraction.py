# Takes exp of the raw logits: large logits overflow to inf and inf / inf is nan.
import numpy as np


def top_k_probabilities(logits, temperature, k):
    scaled = logits / temperature
    kept = np.argsort(scaled)[-k:]
    weights = np.zeros(len(scaled))
    weights[kept] = np.exp(scaled[kept])
    return weights / weights.sum()
