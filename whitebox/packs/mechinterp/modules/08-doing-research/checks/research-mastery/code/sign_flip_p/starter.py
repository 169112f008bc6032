import numpy as np


def sign_flip_p(differences):
    """Return the exact two-sided p-value of the sign-flip test, differences of shape (n,)."""
    raise NotImplementedError
