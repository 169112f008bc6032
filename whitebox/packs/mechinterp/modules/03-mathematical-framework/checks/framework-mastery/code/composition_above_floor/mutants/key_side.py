# Turns the QK matrix round: this is K-composition.
import numpy as np


def norm(matrices):
    return np.sqrt((matrices**2).sum(axis=(-2, -1)))


def composition_above_floor(OV, QK):
    products = OV[:, None] @ np.swapaxes(QK, -1, -2)[None]
    scores = norm(products) / (norm(OV)[:, None] * norm(QK)[None])
    return scores - 1 / np.sqrt(OV.shape[-1])
