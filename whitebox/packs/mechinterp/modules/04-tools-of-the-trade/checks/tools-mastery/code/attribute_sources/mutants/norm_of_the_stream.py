# Divides by the root mean square of the stream instead of by its standard deviation.
def attribute_sources(weights, x, W_V, W_O, stream, W_U, right, wrong):
    moved = weights[:, :, None] * (x @ W_V @ W_O)
    centred = moved - moved.mean(axis=-1, keepdims=True)
    direction = W_U[:, right] - W_U[:, wrong]
    return centred @ direction / np.sqrt((stream**2).mean())
