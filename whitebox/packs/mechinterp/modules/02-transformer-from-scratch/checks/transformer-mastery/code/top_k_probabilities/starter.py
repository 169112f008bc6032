import numpy as np


def top_k_probabilities(logits, temperature, k):
    """Return the top-k sampling distribution, shape (d_vocab,), at this temperature."""
    raise NotImplementedError
