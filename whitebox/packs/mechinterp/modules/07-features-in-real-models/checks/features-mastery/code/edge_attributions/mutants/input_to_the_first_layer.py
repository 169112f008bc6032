# Differences of the inputs' activations before the first tanh.
import numpy as np


def edge_attributions(clean, corrupt, W1, W2, u):
    clean_1, corrupt_1 = clean @ W1, corrupt @ W1
    corrupt_2 = np.tanh(np.tanh(corrupt_1) @ W2)
    gradient_in = u * (1 - corrupt_2**2)
    return (clean_1 - corrupt_1)[:, None] * W2 * gradient_in[None, :]
