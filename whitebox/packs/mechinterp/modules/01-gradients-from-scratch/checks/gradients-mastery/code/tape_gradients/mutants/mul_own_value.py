# Wrong: multiplies with the value of the same input, not of the other.
import numpy as np


def tape_gradients(leaves, tape):
    values = [float(leaf) for leaf in leaves]
    for op, *inputs in tape:
        a = values[inputs[0]]
        if op == "add":
            values.append(a + values[inputs[1]])
        elif op == "mul":
            values.append(a * values[inputs[1]])
        else:
            values.append(np.tanh(a))
    grads = np.zeros(len(values))
    grads[-1] = 1.0
    for slot in range(len(values) - 1, len(leaves) - 1, -1):
        op, *inputs = tape[slot - len(leaves)]
        if op == "add":
            grads[inputs[0]] += grads[slot]
            grads[inputs[1]] += grads[slot]
        elif op == "mul":
            grads[inputs[0]] += grads[slot] * values[inputs[0]]
            grads[inputs[1]] += grads[slot] * values[inputs[1]]
        else:
            grads[inputs[0]] += grads[slot] * (1.0 - values[slot] ** 2)
    return grads[: len(leaves)]
