# Leaves the decoder's lengths out of the penalty.
import numpy as np


def sae_loss(h, W_enc, b_enc, W_dec, b_dec, lam):
    f = np.maximum((h - b_dec) @ W_enc + b_enc, 0)
    out = f @ W_dec + b_dec
    lengths = np.sqrt((W_dec**2).sum(axis=1))
    reconstruction = ((h - out) ** 2).sum(axis=1).mean()
    penalty = lam * f.sum(axis=1).mean()
    return float(reconstruction), float(penalty), float((f > 0).sum(axis=1).mean())
