import numpy as np


def _net(rng, d, n, m, size):
    W1 = size * rng.normal(size=(d, n)) / np.sqrt(d)
    W2 = size * rng.normal(size=(n, m)) / np.sqrt(n)
    return [rng.normal(size=d), rng.normal(size=d), W1, W2, rng.normal(size=m)]


def _draw(rng, n, m, size):
    h, mean = rng.normal(size=n), 0.3 * rng.normal(size=n)
    W, u = size * rng.normal(size=(n, m)) / np.sqrt(n), rng.normal(size=m)
    # Keeps the whole effect away from 0, so that the shares are well defined.
    u = np.abs(u) * np.sign(np.tanh(h @ W) - np.tanh(mean @ W))
    return h, mean, W, u


def _ablation_case(rng, n, m, rows, kept, size=1.0):
    circuit = np.zeros(n, dtype=bool)
    circuit[rng.choice(n, size=kept, replace=False)] = True
    h, others = rng.normal(size=n), 0.5 * rng.normal(size=(rows, n)) - 0.7
    W, u = size * rng.normal(size=(n, m)) / np.sqrt(n), rng.normal(size=m)
    # Keeps the whole effect away from 0, so that the shares are well defined.
    u = u * np.sign((np.tanh(h @ W) - np.tanh(others @ W).mean(axis=0)) * u)
    return [h, others, W, u, circuit]
