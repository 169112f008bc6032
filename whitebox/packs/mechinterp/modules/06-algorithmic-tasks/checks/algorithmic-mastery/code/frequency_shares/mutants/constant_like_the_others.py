# Gives the constant wave the factor 2/p as well, so the mean counts twice.
import numpy as np


def frequency_shares(E):
    p = len(E)
    n = np.arange(p)
    power = [(np.ones(p) @ E * np.sqrt(2 / p)) ** 2]
    for k in range(1, (p + 1) // 2):
        angle = 2 * np.pi * k * n / p
        power.append((2 / p) * ((np.cos(angle) @ E) ** 2 + (np.sin(angle) @ E) ** 2))
    total = np.array(power).sum(axis=1)
    return total / total.sum()
