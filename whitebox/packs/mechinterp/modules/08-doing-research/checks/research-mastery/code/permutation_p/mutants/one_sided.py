# Counts one side only.
from itertools import combinations

import numpy as np


def permutation_p(first, second):
    values = np.concatenate([first, second])
    observed = abs(first.mean() - second.mean())
    hits = []
    for chosen in combinations(range(len(values)), len(first)):
        mask = np.isin(np.arange(len(values)), chosen)
        hits.append(values[mask].mean() - values[~mask].mean() >= observed - 1e-9)
    return float(np.mean(hits))
