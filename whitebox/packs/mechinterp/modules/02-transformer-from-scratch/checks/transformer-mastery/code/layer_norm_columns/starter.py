import numpy as np


def layer_norm_columns(x, gamma, beta, eps):
    """Return the layer norm of x, shape (d, n) with one token per column; gamma and beta have shape (d,)."""
    raise NotImplementedError
