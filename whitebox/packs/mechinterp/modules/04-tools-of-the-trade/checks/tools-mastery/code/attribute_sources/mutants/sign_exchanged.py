# Exchanges right and wrong.
def attribute_sources(weights, x, W_V, W_O, stream, W_U, right, wrong):
    moved = weights[:, :, None] * (x @ W_V @ W_O)
    centred = moved - moved.mean(axis=-1, keepdims=True)
    direction = W_U[:, wrong] - W_U[:, right]
    return centred @ direction / stream.std()
