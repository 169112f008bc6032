import numpy as np


def local_causal_pattern(q, k, window):
    """Return the (n, n) causal pattern of q and k, both (n, d_head), over the last `window` positions."""
    raise NotImplementedError
