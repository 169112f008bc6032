# Resamples from the first prompt only.
import numpy as np


def resample_scores(h, others, W, u, circuit):
    def metric(keep):
        return (np.tanh(np.where(keep, h, others[:1]) @ W) @ u).mean()

    whole, nothing = metric(np.ones(len(h), dtype=bool)), metric(np.zeros(len(h), dtype=bool))
    return (
        float((metric(circuit) - nothing) / (whole - nothing)),
        float((metric(~circuit) - nothing) / (whole - nothing)),
    )
