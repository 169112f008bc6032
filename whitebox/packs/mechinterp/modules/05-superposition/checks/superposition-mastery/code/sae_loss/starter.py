import numpy as np


def sae_loss(h, W_enc, b_enc, W_dec, b_dec, lam):
    """Return (reconstruction loss, penalty, L0) of a sparse autoencoder, each a mean over the batch."""
    raise NotImplementedError
