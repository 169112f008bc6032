import numpy as np


def attribute_sources(weights, x, W_V, W_O, stream, W_U, right, wrong):
    """Return the share of logit(right) - logit(wrong) by head and source position, (heads, n)."""
    raise NotImplementedError
