import numpy as np


def min_p_probabilities(logits, temperature, floor):
    """Return the min-p sampling distribution, shape (d_vocab,), at this temperature."""
    raise NotImplementedError
