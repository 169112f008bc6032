import numpy as np


def gate_gradients(X, y, W, b, u):
    """Return {"W": ..., "b": ..., "u": ..., "X": ...}, the gradients of half the mean squared error."""
    raise NotImplementedError
