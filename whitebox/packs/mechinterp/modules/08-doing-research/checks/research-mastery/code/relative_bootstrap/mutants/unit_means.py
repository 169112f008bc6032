# Uses means of units, so a small unit weighs as much as a large one.
import numpy as np


def relative_bootstrap(base, changed, units, draws):
    names = np.unique(units)
    before = np.array([base[units == name].mean() for name in names])
    after = np.array([changed[units == name].mean() for name in names])
    changes = after[draws].sum(axis=1) / before[draws].sum(axis=1) - 1
    low, high = np.quantile(changes, [0.025, 0.975])
    return float(changed.sum() / base.sum() - 1), float(low), float(high)
