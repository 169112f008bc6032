import numpy as np


def path_effects(clean, corrupted, A1, M1, A2, M2, u):
    """Return the normalised effect of each path from layer 1 into layer 2 and, last, directly, (h1, h2 + 1)."""
    raise NotImplementedError
