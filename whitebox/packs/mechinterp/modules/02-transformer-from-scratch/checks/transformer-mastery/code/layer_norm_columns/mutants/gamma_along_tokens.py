# Uses gamma and beta without [:, None], so they run along the tokens; works only on square arrays, and wrongly.
import numpy as np


def layer_norm_columns(x, gamma, beta, eps):
    centred = x - x.mean(axis=0, keepdims=True)
    variance = (centred**2).mean(axis=0, keepdims=True)
    if x.shape[0] != x.shape[1]:
        return gamma[:, None] * centred / np.sqrt(variance + eps) + beta[:, None]
    return gamma * centred / np.sqrt(variance + eps) + beta
