import numpy as np


def k_composition(OV, QK):
    """Return the K-composition scores, (h1, h2), of heads OV (h1, d, d) with heads QK (h2, d, d)."""
    raise NotImplementedError
