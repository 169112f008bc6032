# Leaves out the weight of the edge.
import numpy as np


def edge_attributions(clean, corrupt, W1, W2, u):
    clean_1, corrupt_1 = np.tanh(clean @ W1), np.tanh(corrupt @ W1)
    corrupt_2 = np.tanh(corrupt_1 @ W2)
    gradient_in = u * (1 - corrupt_2**2)
    return (clean_1 - corrupt_1)[:, None] * np.ones_like(W2) * gradient_in[None, :]
