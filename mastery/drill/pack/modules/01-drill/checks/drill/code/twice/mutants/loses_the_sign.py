import numpy as np


def twice(x):
    return np.abs(2 * np.asarray(x))
