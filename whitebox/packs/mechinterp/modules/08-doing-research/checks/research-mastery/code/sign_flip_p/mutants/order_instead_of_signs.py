# Shuffles the order, which never changes the mean.
from itertools import product

import numpy as np


def sign_flip_p(differences):
    observed = abs(differences.mean())
    signs = np.array(list(product((1, -1), repeat=len(differences))))
    means = np.array([differences.mean() for _ in signs])
    return float((np.abs(means) >= observed - 1e-9).mean())
