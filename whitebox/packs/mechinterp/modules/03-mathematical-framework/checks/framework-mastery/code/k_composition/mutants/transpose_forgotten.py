# Forgets the transpose: this is Q-composition.
import numpy as np


def norm(matrices):
    return np.sqrt((matrices**2).sum(axis=(-2, -1)))


def k_composition(OV, QK):
    products = OV[:, None] @ QK[None]
    return norm(products) / (norm(OV)[:, None] * norm(QK)[None])
