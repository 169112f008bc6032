# Normalises each feature over the tokens (wrong axis).
import numpy as np


def layer_norm_columns(x, gamma, beta, eps):
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return gamma[:, None] * centred / np.sqrt(variance + eps) + beta[:, None]
