import numpy as np


def mean_ablation_scores(h, reference, W, u, circuit):
    mean = reference.mean(axis=0)

    def metric(keep):
        return np.tanh(np.where(keep, h, mean) @ W) @ u

    whole, nothing = metric(np.ones(len(h), dtype=bool)), metric(np.zeros(len(h), dtype=bool))
    return (
        float((metric(circuit) - nothing) / (whole - nothing)),
        float((metric(~circuit) - nothing) / (whole - nothing)),
    )
