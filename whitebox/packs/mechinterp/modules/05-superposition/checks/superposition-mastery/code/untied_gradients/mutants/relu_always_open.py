# Lets the gradient through where the ReLU is closed.
import numpy as np


def untied_gradients(W, V, x, importance):
    h = x @ W
    out = np.maximum(h @ V, 0)
    error = out - x
    loss = (importance * error**2).sum(axis=1).mean()
    G = 2 * importance * error / len(x)
    return float(loss), x.T @ (G @ V.T), h.T @ G
