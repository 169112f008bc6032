# Wrong: sends the same sign to both inputs of a difference.
import numpy as np


def graph_gradients(nodes):
    values = []
    for op, *rest in nodes:
        if op == "leaf":
            values.append(float(rest[0]))
        elif op == "sub":
            values.append(values[rest[0]] - values[rest[1]])
        elif op == "mul":
            values.append(values[rest[0]] * values[rest[1]])
        else:
            values.append(1.0 / (1.0 + np.exp(-values[rest[0]])))
    grads = np.zeros(len(nodes))
    grads[-1] = 1.0
    for k in range(len(nodes) - 1, -1, -1):
        op, *rest = nodes[k]
        if op == "sub":
            grads[rest[0]] += grads[k]
            grads[rest[1]] += grads[k]
        elif op == "mul":
            grads[rest[0]] += grads[k] * values[rest[1]]
            grads[rest[1]] += grads[k] * values[rest[0]]
        elif op == "sigmoid":
            grads[rest[0]] += grads[k] * values[k] * (1.0 - values[k])
    return grads
