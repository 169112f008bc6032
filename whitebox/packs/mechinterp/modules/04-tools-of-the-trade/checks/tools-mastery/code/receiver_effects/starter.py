import numpy as np


def receiver_effects(clean, corrupted, A1, M1, A2, M2, u, receivers):
    """Return the share lost along the paths from each head of layer 1 into the chosen heads of layer 2, (h1,)."""
    raise NotImplementedError
