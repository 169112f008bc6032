import numpy as np


def layer_norm_rows(x, gamma, beta, eps):
    """Return the layer norm of x, shape (n, d) with one token per row; gamma and beta have shape (d,)."""
    raise NotImplementedError
