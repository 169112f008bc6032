import numpy as np


def virtual_head_logits(x, A1, OV1, A2, OV2, W_U):
    """Return the share of each pair and source position in the last logits, (h2, h1, n, d_vocab)."""
    raise NotImplementedError
