# Subtracts the mean over the parts instead of over the features.
import numpy as np


def attribute_difference(parts, gamma, W_U, right, wrong, eps):
    sigma = np.sqrt(parts.sum(axis=0).var() + eps)
    centred = parts - parts.mean(axis=0, keepdims=True)
    direction = W_U[:, right] - W_U[:, wrong]
    return (gamma * centred / sigma) @ direction
