# Reads the pattern by column, above the diagonal.
import numpy as np


def stripe_scores(patterns, length):
    second = np.arange(length + 1, 2 * length + 1)
    rows = np.arange(1, patterns.shape[-1])
    induction = patterns[:, :, second - length + 1, second].mean(axis=(0, -1))
    previous = patterns[:, :, rows - 1, rows].mean(axis=(0, -1))
    return np.stack([induction, previous], axis=-1)
