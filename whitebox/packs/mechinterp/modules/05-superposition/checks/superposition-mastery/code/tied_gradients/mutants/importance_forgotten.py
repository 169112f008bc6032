# Leaves the importance out of the gradients.
import numpy as np


def tied_gradients(W, b, x, importance):
    h = x @ W
    out = np.maximum(h @ W.T + b, 0)
    error = out - x
    loss = (importance * error**2).sum(axis=1).mean()
    G = 2 * error * (out > 0) / len(x)
    dW = x.T @ (G @ W) + G.T @ h
    return float(loss), dW, G.sum(axis=0)
