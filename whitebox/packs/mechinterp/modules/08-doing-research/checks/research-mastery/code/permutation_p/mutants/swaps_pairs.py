# Flips signs of pairs, as if the values belonged together.
from itertools import combinations

import numpy as np


def permutation_p(first, second):
    values = np.concatenate([first, second])
    observed = abs(first.mean() - second.mean())
    hits = []
    n = min(len(first), len(second))
    pairs = first[:n] - second[:n]
    for k in range(2**n):
        signs = np.where(k >> np.arange(n) & 1, -1, 1)
        hits.append(abs((signs * pairs).mean()) >= abs(pairs.mean()) - 1e-9)
    return float(np.mean(hits))
