import numpy as np


def cluster_bootstrap(values, groups, draws):
    """Return the mean and the ends of its cluster bootstrap interval."""
    raise NotImplementedError
