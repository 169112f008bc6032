# Forgets to normalise the reading direction.
import numpy as np


def feature_dimensionality(W):
    squares = (W**2).sum(axis=1)
    present = squares > 0
    units = np.zeros_like(W)
    units[present] = W[present]
    shadows = ((units @ W.T) ** 2).sum(axis=1)
    return np.divide(squares, shadows, out=np.zeros(len(W)), where=present)
