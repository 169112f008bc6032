# Averages group means, so a small group weighs as much as a large one.
import numpy as np


def cluster_bootstrap(values, groups, draws):
    members = [values[groups == name] for name in np.unique(groups)]
    means = [np.mean([members[g].mean() for g in row]) for row in draws]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)
