# Multiplies the OV matrices in the wrong order: with rows, the earlier head comes first.
import numpy as np


def virtual_head_logits(x, A1, OV1, A2, OV2, W_U):
    shares = np.zeros((len(A2), len(A1), len(x), W_U.shape[1]))
    for g in range(len(A2)):
        for h in range(len(A1)):
            weights = (A2[g] @ A1[h])[-1]
            shares[g, h] = weights[:, None] * (x @ OV2[g] @ OV1[h] @ W_U)
    return shares
