# Exchanges clean and corrupted in what is sent.
import numpy as np


def run(x, A1, M1, A2, M2, u):
    first = np.tanh(A1 @ x @ M1)
    middle = x + first.sum(axis=0)
    second = np.tanh(A2 @ middle @ M2)
    return first, middle, second, (middle + second.sum(axis=0))[-1] @ u


def receiver_effects(clean, corrupted, A1, M1, A2, M2, u, receivers):
    good, middle, second, high = run(clean, A1, M1, A2, M2, u)
    bad, _, _, low = run(corrupted, A1, M1, A2, M2, u)
    lost = np.zeros(len(A1))
    for h in range(len(A1)):
        told = np.tanh(A2 @ (middle + good[h] - bad[h]) @ M2)
        lost[h] = (second - told)[receivers].sum(axis=0)[-1] @ u
    return lost / (high - low)
