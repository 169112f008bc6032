import numpy as np


def stripe_scores(patterns, length):
    """Return induction and previous-token score of each head, (heads, 2); patterns is (texts, heads, n, n)."""
    raise NotImplementedError
