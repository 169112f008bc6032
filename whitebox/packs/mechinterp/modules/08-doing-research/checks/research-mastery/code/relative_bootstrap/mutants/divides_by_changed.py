# Divides by the changed sum.
import numpy as np


def relative_bootstrap(base, changed, units, draws):
    names = np.unique(units)
    before = np.array([base[units == name].sum() for name in names])
    after = np.array([changed[units == name].sum() for name in names])
    changes = 1 - before[draws].sum(axis=1) / after[draws].sum(axis=1)
    low, high = np.quantile(changes, [0.025, 0.975])
    return float(changed.sum() / base.sum() - 1), float(low), float(high)
