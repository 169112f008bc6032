# Exchanges right and wrong.
import numpy as np


def attribute_difference(parts, gamma, W_U, right, wrong, eps):
    sigma = np.sqrt(parts.sum(axis=0).var() + eps)
    centred = parts - parts.mean(axis=-1, keepdims=True)
    direction = W_U[:, wrong] - W_U[:, right]
    return (gamma * centred / sigma) @ direction
