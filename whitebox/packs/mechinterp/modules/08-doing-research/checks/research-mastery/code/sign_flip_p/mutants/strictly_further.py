# Leaves the observed pattern out, so p can be 0.
from itertools import product

import numpy as np


def sign_flip_p(differences):
    observed = abs(differences.mean())
    signs = np.array(list(product((1, -1), repeat=len(differences))))
    means = (signs * differences).mean(axis=1)
    return float((np.abs(means) > observed + 1e-9).mean())
