# Uses the gradient of a layer that reads x for V.
import numpy as np


def untied_gradients(W, V, x, importance):
    h = x @ W
    out = np.maximum(h @ V, 0)
    error = out - x
    loss = (importance * error**2).sum(axis=1).mean()
    G = 2 * importance * error * (out > 0) / len(x)
    return float(loss), x.T @ (G @ V.T), (x.T @ G)[: V.shape[0]]
