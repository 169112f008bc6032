# Multiplies the patterns in the wrong order: the later head must stand on the left.
import numpy as np


def path_groups(x, A1, OV1, A2, OV2, W_U):
    layer_1 = (A1 @ x @ OV1).sum(axis=0)
    layer_2 = (A2 @ x @ OV2).sum(axis=0)
    virtual = sum(a1 @ a2 @ x @ ov1 @ ov2 for a1, ov1 in zip(A1, OV1) for a2, ov2 in zip(A2, OV2))
    return np.stack([x, layer_1, layer_2, virtual]) @ W_U
