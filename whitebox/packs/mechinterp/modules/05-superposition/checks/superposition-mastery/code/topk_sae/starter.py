import numpy as np


def topk_sae(h, W_enc, b_enc, W_dec, b_dec, keep):
    """Return (latents (batch, k), share of variance explained) of a TopK sparse autoencoder."""
    raise NotImplementedError
