import numpy as np


def mean_of_rows(table):
    """Return one mean for each row."""
    raise NotImplementedError
