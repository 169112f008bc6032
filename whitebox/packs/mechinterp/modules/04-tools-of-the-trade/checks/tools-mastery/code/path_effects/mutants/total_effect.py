# Lets all heads of layer 2 see the change: that is activation patching.
import numpy as np


def run(x, A1, M1, A2, M2, u):
    first = np.tanh(A1 @ x @ M1)
    middle = x + first.sum(axis=0)
    second = np.tanh(A2 @ middle @ M2)
    return first, middle, second, (middle + second.sum(axis=0))[-1] @ u


def path_effects(clean, corrupted, A1, M1, A2, M2, u):
    good, _, _, high = run(clean, A1, M1, A2, M2, u)
    bad, middle, second, low = run(corrupted, A1, M1, A2, M2, u)
    effects = np.zeros((len(A1), len(A2) + 1))
    for h in range(len(A1)):
        change = good[h] - bad[h]
        for g in range(len(A2)):
            seen = np.tanh(A2[g] @ (middle + change) @ M2[g])
            effects[h, g] = (np.tanh(A2 @ (middle + change) @ M2) - second).sum(axis=0)[-1] @ u
        effects[h, -1] = change[-1] @ u
    return effects / (high - low)
