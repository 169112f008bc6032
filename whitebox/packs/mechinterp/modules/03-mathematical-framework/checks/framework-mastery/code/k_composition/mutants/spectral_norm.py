# Takes the largest singular value instead of the Frobenius norm.
import numpy as np


def norm(matrices):
    return np.linalg.norm(matrices, ord=2, axis=(-2, -1))


def k_composition(OV, QK):
    products = OV[:, None] @ np.swapaxes(QK, -1, -2)[None]
    return norm(products) / (norm(OV)[:, None] * norm(QK)[None])
