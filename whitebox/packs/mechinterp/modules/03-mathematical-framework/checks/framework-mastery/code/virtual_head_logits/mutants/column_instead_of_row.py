# Takes the last column of the combined pattern: who is looked at by everybody, not whom the last position reads.
import numpy as np


def virtual_head_logits(x, A1, OV1, A2, OV2, W_U):
    shares = np.zeros((len(A2), len(A1), len(x), W_U.shape[1]))
    for g in range(len(A2)):
        for h in range(len(A1)):
            weights = (A2[g] @ A1[h])[:, -1]
            shares[g, h] = weights[:, None] * (x @ OV1[h] @ OV2[g] @ W_U)
    return shares
