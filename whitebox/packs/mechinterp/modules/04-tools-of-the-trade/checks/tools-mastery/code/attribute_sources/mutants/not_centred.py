# Forgets that layer norm also subtracts the mean.
def attribute_sources(weights, x, W_V, W_O, stream, W_U, right, wrong):
    moved = weights[:, :, None] * (x @ W_V @ W_O)
    centred = moved
    direction = W_U[:, right] - W_U[:, wrong]
    return centred @ direction / stream.std()
