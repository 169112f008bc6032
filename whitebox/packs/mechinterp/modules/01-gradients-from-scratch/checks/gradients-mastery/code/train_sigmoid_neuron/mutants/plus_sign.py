# Wrong: adds the gradient, so it climbs the loss.
import numpy as np


def train_sigmoid_neuron(X, y, w, b, lr, batches):
    def predict(A, w, b):
        return 1.0 / (1.0 + np.exp(-(A @ w + b)))

    def full_loss(w, b):
        return 0.5 * np.mean((predict(X, w, b) - y) ** 2)

    w, losses = w.copy(), []
    for rows in batches:
        A, t = X[rows], y[rows]
        p = predict(A, w, b)
        dz = (p - t) * p * (1.0 - p) / len(rows)
        dw, db = A.T @ dz, dz.sum()
        w, b = w + lr * dw, b + lr * db
        losses.append(full_loss(w, b))
    return {"w": w, "b": float(b), "losses": np.array(losses)}
