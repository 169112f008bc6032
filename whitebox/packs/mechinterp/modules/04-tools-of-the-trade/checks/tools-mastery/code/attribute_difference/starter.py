import numpy as np


def attribute_difference(parts, gamma, W_U, right, wrong, eps):
    """Return each part's share of logit(right) - logit(wrong), (c,); the final stream is the sum of parts, (c, d)."""
    raise NotImplementedError
