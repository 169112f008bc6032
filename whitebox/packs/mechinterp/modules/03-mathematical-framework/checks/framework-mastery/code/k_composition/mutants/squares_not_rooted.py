# Forgets the root in the norm.
import numpy as np


def norm(matrices):
    return (matrices**2).sum(axis=(-2, -1))


def k_composition(OV, QK):
    products = OV[:, None] @ np.swapaxes(QK, -1, -2)[None]
    return norm(products) / (norm(OV)[:, None] * norm(QK)[None])
