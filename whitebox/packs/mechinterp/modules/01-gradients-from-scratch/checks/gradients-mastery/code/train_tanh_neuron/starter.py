# file: training.py
import numpy as np
from tanh_unit import gradients, loss


def train_tanh_neuron(X, y, w, b, lr, batches):
    """Return {"w": ..., "b": ..., "losses": ...} after one step for each batch."""
    raise NotImplementedError
# file: tanh_unit.py
import numpy as np


def loss(X, y, w, b):
    """Return the loss over these examples."""
    raise NotImplementedError


def gradients(X, y, w, b):
    """Return the gradients of the loss over these examples: that of w, and that of b."""
    raise NotImplementedError
