# Divides each part by its own standard deviation instead of that of the final stream.
import numpy as np


def attribute_difference(parts, gamma, W_U, right, wrong, eps):
    sigma = np.sqrt(parts.var(axis=-1, keepdims=True) + eps)
    centred = parts - parts.mean(axis=-1, keepdims=True)
    direction = W_U[:, right] - W_U[:, wrong]
    return (gamma * centred / sigma) @ direction
