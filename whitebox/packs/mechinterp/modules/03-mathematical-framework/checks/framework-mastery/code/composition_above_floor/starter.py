import numpy as np


def composition_above_floor(OV, QK):
    """Return the Q-composition scores minus 1 / sqrt(d), (h1, h2), of heads OV (h1, d, d) with QK (h2, d, d)."""
    raise NotImplementedError
