# Averages the metric over prompts instead of using the mean activation.
import numpy as np


def mean_ablation_scores(h, reference, W, u, circuit):
    mean = reference.mean(axis=0)

    def metric(keep):
        return np.mean([np.tanh(np.where(keep, h, row) @ W) @ u for row in reference])

    whole, nothing = metric(np.ones(len(h), dtype=bool)), metric(np.zeros(len(h), dtype=bool))
    return (
        float((metric(circuit) - nothing) / (whole - nothing)),
        float((metric(~circuit) - nothing) / (whole - nothing)),
    )
