# Calls everything that layer 2 writes virtual, also what it reads from the embedding itself.
import numpy as np


def path_groups(x, A1, OV1, A2, OV2, W_U):
    layer_1 = (A1 @ x @ OV1).sum(axis=0)
    layer_2 = (A2 @ x @ OV2).sum(axis=0)
    virtual = (A2 @ (x + layer_1) @ OV2).sum(axis=0)
    return np.stack([x, layer_1, layer_2, virtual]) @ W_U
