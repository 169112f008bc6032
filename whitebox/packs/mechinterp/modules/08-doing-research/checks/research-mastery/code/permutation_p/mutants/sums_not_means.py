# Compares sums, which is wrong for unequal sizes.
from itertools import combinations

import numpy as np


def permutation_p(first, second):
    values = np.concatenate([first, second])
    observed = abs(first.sum() - second.sum())
    hits = []
    for chosen in combinations(range(len(values)), len(first)):
        mask = np.isin(np.arange(len(values)), chosen)
        hits.append(abs(values[mask].sum() - values[~mask].sum()) >= observed - 1e-9)
    return float(np.mean(hits))
