import numpy as np


def feature_dimensionality(W):
    """Return the dimensionality of each feature, (n,); rows of W are directions, rows of zeros count 0."""
    raise NotImplementedError
