# Takes 1/d as the floor, which is the mean square of the score.
import numpy as np


def norm(matrices):
    return np.sqrt((matrices**2).sum(axis=(-2, -1)))


def composition_above_floor(OV, QK):
    products = OV[:, None] @ QK[None]
    scores = norm(products) / (norm(OV)[:, None] * norm(QK)[None])
    return scores - 1 / OV.shape[-1]
