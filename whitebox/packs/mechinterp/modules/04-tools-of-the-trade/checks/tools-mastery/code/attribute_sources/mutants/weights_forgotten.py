# Takes what each source would send, without the attention weight.
def attribute_sources(weights, x, W_V, W_O, stream, W_U, right, wrong):
    moved = x @ W_V @ W_O
    centred = moved - moved.mean(axis=-1, keepdims=True)
    direction = W_U[:, right] - W_U[:, wrong]
    return centred @ direction / stream.std()
