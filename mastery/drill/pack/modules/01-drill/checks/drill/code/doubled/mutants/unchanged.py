import numpy as np


def doubled(x):
    return np.asarray(x)
