# Computes exact patches for the first layer, unit by unit.
import numpy as np


def node_attributions(clean, corrupt, W1, W2, u):
    clean_1, corrupt_1 = np.tanh(clean @ W1), np.tanh(corrupt @ W1)
    clean_2, corrupt_2 = np.tanh(clean_1 @ W2), np.tanh(corrupt_1 @ W2)
    gradient_2 = u
    gradient_1 = W2 @ (gradient_2 * (1 - corrupt_2**2))
    base = corrupt_2 @ u
    rows = [np.where(np.arange(len(W2)) == i, clean_1, corrupt_1) for i in range(len(W2))]
    exact = np.array([np.tanh(row @ W2) @ u - base for row in rows])
    return exact, (clean_2 - corrupt_2) * gradient_2
