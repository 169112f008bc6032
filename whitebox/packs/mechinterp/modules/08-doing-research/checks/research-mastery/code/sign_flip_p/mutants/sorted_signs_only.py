# Goes through the numbers of minus signs, not through all patterns.
from itertools import product

import numpy as np


def sign_flip_p(differences):
    observed = abs(differences.mean())
    signs = np.array(list(np.where(np.arange(len(differences)) < k, -1, 1) for k in range(len(differences) + 1)))
    means = (signs * differences).mean(axis=1)
    return float((np.abs(means) >= observed - 1e-9).mean())
