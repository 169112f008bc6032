import numpy as np


def causal_patterns(q, k):
    """Return the causal attention patterns, shape (heads, n, n), of q and k, both (heads, n, d_head)."""
    raise NotImplementedError
