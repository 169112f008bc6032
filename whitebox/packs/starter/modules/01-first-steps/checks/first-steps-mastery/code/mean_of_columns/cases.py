import numpy as np

# Shown to the learner.
PUBLIC = [{"name": "two by three", "args": [np.array([[1.0, 2.0, 6.0], [0.0, 0.0, 3.0]])]}]


# Kept from the learner and made anew for each attempt; all chance comes from rng.
def hidden(rng):
    return [
        {"name": "five by four", "category": "typical", "args": [rng.normal(size=(5, 4))]},
        {"name": "three by three", "category": "square", "args": [rng.normal(size=(3, 3))]},
        {"name": "one number", "category": "smallest", "args": [rng.normal(size=(1, 1))]},
    ]
