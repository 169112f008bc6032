import numpy as np


def tied_gradients(W, b, x, importance):
    """Return (loss, dW, db) of the toy model x -> ReLU(x W W^T + b)."""
    raise NotImplementedError
