import numpy as np


def tape_gradients(leaves, tape):
    """Return the derivatives of the last slot towards each leaf, an array of shape (len(leaves),)."""
    raise NotImplementedError
