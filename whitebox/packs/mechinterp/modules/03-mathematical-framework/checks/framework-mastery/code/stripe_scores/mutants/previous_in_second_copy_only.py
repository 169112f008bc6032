# Measures the previous-token score on the second copy only.
import numpy as np


def stripe_scores(patterns, length):
    second = np.arange(length + 1, 2 * length + 1)
    rows = second
    induction = patterns[:, :, second, second - length + 1].mean(axis=(0, -1))
    previous = patterns[:, :, rows, rows - 1].mean(axis=(0, -1))
    return np.stack([induction, previous], axis=-1)
