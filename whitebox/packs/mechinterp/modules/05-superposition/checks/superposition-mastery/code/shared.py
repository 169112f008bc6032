import numpy as np


def _pentagon(rng):
    angles = 2 * np.pi * np.arange(5) / 5 + rng.uniform(0, 6)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _sae_args(rng, batch, m, k, last, scale=1.0):
    return [
        rng.normal(size=(batch, m)),
        rng.normal(size=(m, k)) / np.sqrt(m),
        0.3 * rng.normal(size=k) - 0.1,
        scale * rng.normal(size=(k, m)),
        0.5 * rng.normal(size=m),
        last,
    ]
