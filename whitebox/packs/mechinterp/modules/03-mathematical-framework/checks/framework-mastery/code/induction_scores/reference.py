import numpy as np


def induction_scores(patterns, length):
    rows = np.arange(length, 2 * length)
    return patterns[:, rows, rows - length + 1].mean(axis=-1)
