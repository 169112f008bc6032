# Adds absolute dot products instead of their squares.
import numpy as np


def feature_dimensionality(W):
    squares = (W**2).sum(axis=1)
    present = squares > 0
    units = np.zeros_like(W)
    units[present] = W[present] / np.sqrt(squares[present])[:, None]
    shadows = np.abs(units @ W.T).sum(axis=1)
    return np.divide(squares, shadows, out=np.zeros(len(W)), where=present)
