# Takes exp of the raw logits: large logits overflow to inf and inf / inf is nan.
import numpy as np


def min_p_probabilities(logits, temperature, floor):
    weights = np.exp(logits / temperature)
    p = weights / weights.sum()
    kept = np.where(p >= floor * p.max(), p, 0.0)
    return kept / kept.sum()
