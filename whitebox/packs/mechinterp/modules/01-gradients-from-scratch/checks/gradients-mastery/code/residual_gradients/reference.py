import numpy as np


def residual_gradients(X, y, W, b, u):
    n = len(y)
    H = np.tanh(X @ W + b)
    S = X + H
    dp = 2.0 * (S @ u - y) / n
    dS = np.outer(dp, u)
    dZ = dS * (1.0 - H**2)
    return {"W": X.T @ dZ, "b": dZ.sum(axis=0), "u": S.T @ dp, "X": dS + dZ @ W.T}
