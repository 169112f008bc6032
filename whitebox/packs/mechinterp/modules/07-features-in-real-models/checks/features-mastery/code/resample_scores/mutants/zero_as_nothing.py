# Uses zero activations for the model with everything ablated.
import numpy as np


def resample_scores(h, others, W, u, circuit):
    def metric(keep):
        return (np.tanh(np.where(keep, h, others) @ W) @ u).mean()

    whole, nothing = metric(np.ones(len(h), dtype=bool)), float(np.tanh(0 * h @ W) @ u)
    return (
        float((metric(circuit) - nothing) / (whole - nothing)),
        float((metric(~circuit) - nothing) / (whole - nothing)),
    )
