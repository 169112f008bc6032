# Looks at the earlier copy of the same token: a duplicate-token score.
import numpy as np


def stripe_scores(patterns, length):
    second = np.arange(length + 1, 2 * length + 1)
    rows = np.arange(1, patterns.shape[-1])
    induction = patterns[:, :, second, second - length].mean(axis=(0, -1))
    previous = patterns[:, :, rows, rows - 1].mean(axis=(0, -1))
    return np.stack([induction, previous], axis=-1)
