# Lets the importance count twice.
import numpy as np


def untied_gradients(W, V, x, importance):
    h = x @ W
    out = np.maximum(h @ V, 0)
    error = out - x
    loss = (importance * error**2).sum(axis=1).mean()
    G = 2 * importance**2 * error * (out > 0) / len(x)
    return float(loss), x.T @ (G @ V.T), h.T @ G
