# Takes the largest singular value instead of the Frobenius norm.
import numpy as np


def norm(matrices):
    return np.linalg.norm(matrices, ord=2, axis=(-2, -1))


def composition_above_floor(OV, QK):
    products = OV[:, None] @ QK[None]
    scores = norm(products) / (norm(OV)[:, None] * norm(QK)[None])
    return scores - 1 / np.sqrt(OV.shape[-1])
