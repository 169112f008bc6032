import numpy as np


def doubled(x):
    return np.abs(2 * np.asarray(x))
