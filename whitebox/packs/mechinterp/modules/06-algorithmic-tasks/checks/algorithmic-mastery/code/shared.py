import numpy as np


def _case(rng, p, m, n):
    keys = rng.choice(np.arange(1, (p + 1) // 2), size=m, replace=False)
    return [rng.integers(p, size=n), rng.integers(p, size=n), p, keys, rng.uniform(0.5, 2.0, size=m)]


def _adder(p, keys, size):
    n = np.arange(p)
    rest = n[:, None, None] + n[None, :, None] - n[None, None, :]
    return sum(size * np.cos(2 * np.pi * k * rest / p) for k in keys)


def _memory(rng, p, size):
    out = np.zeros((p, p, p))
    for a in range(p):
        for b in range(p):
            out[a, b, (a + b) % p] = size * rng.random()
    return out + 0.5 * rng.normal(size=out.shape)
