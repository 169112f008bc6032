# Lets kept values below 0 stay negative.
import numpy as np


def topk_sae(h, W_enc, b_enc, W_dec, b_dec, keep):
    a = (h - b_dec) @ W_enc + b_enc
    best = np.argsort(-a, axis=1)[:, :keep]
    kept = np.zeros(a.shape, dtype=bool)
    np.put_along_axis(kept, best, True, axis=1)
    f = np.where(kept, a, 0)
    out = f @ W_dec + b_dec
    left = ((h - out) ** 2).sum() / ((h - h.mean(axis=0)) ** 2).sum()
    return f, float(1 - left)
