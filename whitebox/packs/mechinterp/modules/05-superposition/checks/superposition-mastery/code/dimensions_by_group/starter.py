import numpy as np


def dimensions_by_group(W, groups):
    """Return for each group the sum of dimensionalities and the mean foreign share, (groups, 2)."""
    raise NotImplementedError
