# Forgets that layer norm also subtracts the mean.
import numpy as np


def attribute_difference(parts, gamma, W_U, right, wrong, eps):
    sigma = np.sqrt(parts.sum(axis=0).var() + eps)
    centred = parts
    direction = W_U[:, right] - W_U[:, wrong]
    return (gamma * centred / sigma) @ direction
