# Computes dimensionality within the group only.
import numpy as np


def dimensions_by_group(W, groups):
    squares = (W**2).sum(axis=1)
    shadows = (W @ W.T) ** 2 / squares[:, None]
    whole = shadows.sum(axis=1)
    within = (shadows * (groups[:, None] == groups[None])).sum(axis=1)
    foreign = (shadows * (groups[:, None] != groups[None])).sum(axis=1) / whole
    each = [groups == g for g in range(groups.max() + 1)]
    return np.array([[(squares / within)[own].sum(), foreign[own].mean()] for own in each])
