# Silences the head instead of giving it its corrupted output.
import numpy as np


def run(x, A, M, u, place=None, written=None):
    outputs = []
    for layer, (a, m) in enumerate(zip(A, M)):
        out = np.tanh(a @ x @ m)
        if place is not None and place[0] == layer:
            out[place[1]] = written
        outputs.append(out)
        x = x + out.sum(axis=0)
    return x[-1] @ u, outputs


def head_noising(clean, corrupted, A, M, u):
    high, _ = run(clean, A, M, u)
    low, bad = run(corrupted, A, M, u)
    lost = np.zeros(A.shape[:2])
    for layer, head in np.ndindex(lost.shape):
        patched, _ = run(clean, A, M, u, (layer, head), 0 * bad[layer][head])
        lost[layer, head] = (high - patched) / (high - low)
    return lost
