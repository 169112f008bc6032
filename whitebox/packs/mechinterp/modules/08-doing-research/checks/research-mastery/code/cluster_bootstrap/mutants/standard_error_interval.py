# Returns mean plus and minus two standard errors.
import numpy as np


def cluster_bootstrap(values, groups, draws):
    members = [values[groups == name] for name in np.unique(groups)]
    means = [np.concatenate([members[g] for g in row]).mean() for row in draws]
    low, high = values.mean() - 1.96 * np.std(means), values.mean() + 1.96 * np.std(means)
    return float(values.mean()), float(low), float(high)
