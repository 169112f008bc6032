import numpy as np


def stream_patching(clean, corrupted, A, M, u):
    """Return the normalised effect of denoising stream l at position i, (layers + 1, n)."""
    raise NotImplementedError
