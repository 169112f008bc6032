# Stores the pair under exchanged numbers.
import numpy as np


def virtual_head_logits(x, A1, OV1, A2, OV2, W_U):
    shares = np.zeros((len(A2), len(A1), len(x), W_U.shape[1]))
    for g in range(len(A2)):
        for h in range(len(A1)):
            weights = (A2[g] @ A1[h])[-1]
            shares[h % len(A2), g % len(A1)] = weights[:, None] * (x @ OV1[h] @ OV2[g] @ W_U)
    return shares
