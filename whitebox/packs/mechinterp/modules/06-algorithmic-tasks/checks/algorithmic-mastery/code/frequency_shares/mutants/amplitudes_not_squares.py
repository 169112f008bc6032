# Shares of lengths instead of squared lengths.
import numpy as np


def frequency_shares(E):
    p = len(E)
    n = np.arange(p)
    power = [(np.ones(p) @ E / np.sqrt(p)) ** 2]
    for k in range(1, (p + 1) // 2):
        angle = 2 * np.pi * k * n / p
        power.append((2 / p) * ((np.cos(angle) @ E) ** 2 + (np.sin(angle) @ E) ** 2))
    total = np.array(power).sum(axis=1)
    return np.sqrt(total) / np.sqrt(total).sum()
