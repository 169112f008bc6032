# Multiplies the two patterns entry by entry, as if both heads looked at the same position.
import numpy as np


def virtual_head_logits(x, A1, OV1, A2, OV2, W_U):
    shares = np.zeros((len(A2), len(A1), len(x), W_U.shape[1]))
    for g in range(len(A2)):
        for h in range(len(A1)):
            weights = (A2[g] * A1[h])[-1]
            shares[g, h] = weights[:, None] * (x @ OV1[h] @ OV2[g] @ W_U)
    return shares
