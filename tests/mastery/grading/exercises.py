"""Small exercises that the tests of grading share."""

from dataclasses import replace

from mastery.grading.code import Exercise, Limits

REFERENCE = """\
import numpy as np

def softmax_rows(x):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
"""
STARTER = """\
import numpy as np

def softmax_rows(x):
    raise NotImplementedError
"""
CASES = """\
import numpy as np

PUBLIC = [{"name": "two rows", "args": [np.array([[1.0, 2.0], [3.0, 5.0]])]}]

def hidden(rng):
    return [
        {"name": "three rows", "category": "random", "args": [rng.normal(size=(3, 4))]},
        {"name": "four rows", "category": "random", "args": [rng.normal(size=(4, 2))]},
        {"name": "hundreds", "category": "large values", "args": [rng.normal(size=(2, 3)) + 900]},
    ]
"""
MUTANTS = {
    "columns": REFERENCE.replace("axis=1", "axis=0"),
    "overflows": REFERENCE.replace(" - x.max(axis=1, keepdims=True)", ""),
    "squared": REFERENCE.replace("return powers", "return powers * powers"),
}
SOFTMAX = Exercise("softmax_rows", STARTER, REFERENCE, CASES, MUTANTS)
SMALL = replace(SOFTMAX, limits=Limits(wall_seconds=20, cpu_seconds=10, memory_mb=256))
QUICK = replace(SOFTMAX, limits=Limits(wall_seconds=0.4, cpu_seconds=2, memory_mb=256))
SEED = 20_240_601
