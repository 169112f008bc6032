import numpy as np


def relative_bootstrap(base, changed, units, draws):
    """Return the relative change and the ends of its bootstrap interval."""
    raise NotImplementedError
