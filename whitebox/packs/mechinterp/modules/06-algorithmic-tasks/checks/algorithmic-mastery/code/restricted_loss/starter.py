import numpy as np


def restricted_loss(logits, keys):
    """Return the restricted loss of logits, shape (p, p, p), for the key frequencies."""
    raise NotImplementedError
