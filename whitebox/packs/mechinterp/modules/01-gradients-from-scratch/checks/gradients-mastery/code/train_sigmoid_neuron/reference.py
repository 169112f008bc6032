# file: training.py
import numpy as np
from sigmoid_unit import gradients, loss


def train_sigmoid_neuron(X, y, w, b, lr, batches):
    w, losses = w.copy(), []
    for rows in batches:
        dw, db = gradients(X[rows], y[rows], w, b)
        w, b = w - lr * dw, b - lr * db
        losses.append(loss(X, y, w, b))
    return {"w": w, "b": float(b), "losses": np.array(losses)}
# file: sigmoid_unit.py
import numpy as np


def predict(X, w, b):
    return 1.0 / (1.0 + np.exp(-(X @ w + b)))


def loss(X, y, w, b):
    return 0.5 * np.mean((predict(X, w, b) - y) ** 2)


def gradients(X, y, w, b):
    p = predict(X, w, b)
    dz = (p - y) * p * (1.0 - p) / len(y)
    return X.T @ dz, dz.sum()
