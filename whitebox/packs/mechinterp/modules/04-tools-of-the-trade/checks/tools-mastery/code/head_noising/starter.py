import numpy as np


def head_noising(clean, corrupted, A, M, u):
    """Return the share of the output that is lost when head h of layer l is noised, (layers, heads)."""
    raise NotImplementedError
