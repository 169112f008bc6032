# file: training.py
import numpy as np
from tanh_unit import gradients, loss


def train_tanh_neuron(X, y, w, b, lr, batches):
    w, losses = w.copy(), []
    for rows in batches:
        losses.append(loss(X, y, w, b))
        dw, db = gradients(X[rows], y[rows], w, b)
        w, b = w - lr * dw, b - lr * db
    return {"w": w, "b": float(b), "losses": np.array(losses)}
# file: tanh_unit.py
import numpy as np


def predict(X, w, b):
    return np.tanh(X @ w + b)


def loss(X, y, w, b):
    return np.mean((predict(X, w, b) - y) ** 2)


def gradients(X, y, w, b):
    p = predict(X, w, b)
    dz = 2.0 * (p - y) * (1.0 - p**2) / len(y)
    return X.T @ dz, dz.sum()
