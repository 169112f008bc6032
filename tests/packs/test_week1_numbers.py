"""The formulas and numbers of week 1 against other computations: finite differences first."""

from collections.abc import Callable
from functools import partial
from math import exp, hypot, sqrt, tanh
from typing import Any

import numpy as np
import pytest

from tests.packs import pages

WEEK = 1
Array = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def ran() -> tuple[dict[str, Any], str]:
    return pages.run(WEEK)


def slope(f: Callable[[float], float], at: float, step: float = 1e-5) -> float:
    return (f(at + step) - f(at - step)) / (2 * step)


def slopes(f: Callable[[Array], float], at: Array, step: float = 1e-5) -> Array:
    """Central differences, entry by entry."""
    found = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        moved = np.zeros_like(at)
        moved[place] = step
        found[place] = (f(at + moved) - f(at - moved)) / (2 * step)
    return found


def test_the_page_prints_what_its_comments_promise(ran: tuple[dict[str, Any], str]) -> None:
    printed = pages.numbers(ran[1])

    assert pages.is_subsequence([13.0, 14.0, 12.0, 4.0], printed)
    first, later, last = printed[-5], printed[-3], printed[-1]  # beside the steps 0, 100, 500
    assert (printed[-6], printed[-4]) == (0.0, 100.0)
    assert (round(first, 3), round(later, 3)) == (0.357, 0.020)
    assert last == pytest.approx(1.3e-11, rel=0.05)


def test_projection_and_interference_by_plain_geometry() -> None:
    assert (4 * 3 + 2 * 4) / hypot(3, 4) == 4
    assert round(20 / (hypot(4, 2) * 5), 2) == 0.89
    assert (2 * 1 + 0.8) == 2.8
    assert pages.answer(WEEK, "a-strength") == (4 * 3 + 2 * 4) / 5
    assert pages.answer(WEEK, "b-strength") == (10 - 1 + 6) / sqrt(9)
    assert pages.answer(WEEK, "ready-unit-reading") == pytest.approx(2 * 0.6 + 3 * 0.8)


@pytest.mark.parametrize(
    ("f", "at", "expected"),
    [
        (lambda x: (2 * x + 3) ** 2, 1, 20),
        (lambda x: x * (x**2 + 1), 2, 13),
        (lambda x: (3 * x + 1) ** 2, 1, 24),
        (lambda x: x * (x**2 - 1) + (x**2 - 1) ** 2, 2, pages.answer(WEEK, "a-chain")),
        (lambda x: (x**2 - 2) ** 2 - x * (x**2 - 2), 3, pages.answer(WEEK, "b-chain")),
        (lambda x: x**2 + 3 * x, 2, pages.answer(WEEK, "ready-two-paths")),
        (lambda a: a * -2 * (a * -2 + a), 3, pages.answer(WEEK, "a-backward")),
        (lambda b: 4 * b * (4 * b - b), -1, pages.answer(WEEK, "b-backward")),
        (lambda w: (w * 2 - 4) ** 2 + w**2, 3, 14),
        (lambda x: (3 * x - 4) ** 2 + 9, 2, 12),
        (lambda b: (6 + b) ** 2 + 9, -4, 4),
        # Correctives: the nudge, the ledger, being the loop, three tests.
        (lambda x: (3 * x) ** 2 + 5 * x, 2, 41),
        (lambda x: x**6 - 4 * x, 1, 2),
        (lambda b: 2 * b * (2 * b + b), 3, 36),
        (lambda a: (a * -3 + a) ** 2 + a * -3, 2, 13),
        (lambda b: (2 * b + 2) ** 2 + 2 * b, -3, -14),
        (tanh, 0.5, 0.7864),
        (lambda a: a**4 + a**2, 2, 36),
    ],
)
def test_slopes_by_nudging(f: Callable[[float], float], at: float, expected: float) -> None:
    assert slope(f, at) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("f", "at", "step", "expected"),
    [
        (lambda x: x**3, 1, 0.1, 3.01),
        (lambda x: x**3, 2, 0.1, pages.answer(WEEK, "a-difference")),
        (lambda x: 2 * x**3, 1, 0.2, pages.answer(WEEK, "b-difference")),
    ],
)
def test_central_differences_with_a_large_step(
    f: Callable[[float], float], at: float, step: float, expected: float
) -> None:
    assert slope(f, at, step) == pytest.approx(expected, abs=1e-9)


def test_matrix_example_by_nudging() -> None:
    x, y = np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([0.0, 1.0])

    def loss(w: Array, b: float) -> float:
        return float(sum((x[row] @ w + b - y[row]) ** 2 for row in range(2)) / 2)

    w = np.array([1.0, -1.0])
    assert loss(w, 0) == 2.5
    assert slopes(lambda w: loss(w, 0), w) == pytest.approx([5, -2])
    assert slope(lambda b: loss(w, b), 0) == pytest.approx(1)


def test_engine_of_the_page_against_nudging(ran: tuple[dict[str, Any], str]) -> None:
    value = ran[0]["Value"]

    def through(one: Any, two: Any) -> Any:
        shared = (one * two).tanh() + one
        return shared * shared + shared * two

    a, b = value(0.7), value(-1.1)
    through(a, b).backward()

    def plainly(x: float, y: float) -> float:
        shared = tanh(x * y) + x
        return shared * shared + shared * y

    assert a.grad == pytest.approx(slope(lambda x: plainly(x, -1.1), 0.7), rel=1e-8)
    assert b.grad == pytest.approx(slope(lambda y: plainly(0.7, y), -1.1), rel=1e-8)


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _tape(leaves: Array, tape: list[list[Any]]) -> float:
    values = list(leaves)
    for op, *of in tape:
        first = values[of[0]]
        values.append(tanh(first) if op == "tanh" else first + values[of[1]] if op == "add" else first * values[of[1]])
    return float(values[-1])


def test_tape_reference_against_nudging() -> None:
    leaves = np.array([0.6, -0.9, 1.2])
    tape = [["mul", 0, 1], ["tanh", 3], ["add", 4, 3], ["mul", 5, 5], ["mul", 6, 2], ["add", 7, 4]]

    found = pages.reference(WEEK, "tape_gradients")(leaves.tolist(), tape)

    assert found == pytest.approx(slopes(lambda some: _tape(some, tape), leaves), rel=1e-7)


def test_graph_reference_against_nudging() -> None:
    leaves = np.array([0.6, -0.9])
    rest = [["mul", 0, 1], ["sigmoid", 2], ["sub", 3, 2], ["mul", 4, 4], ["sub", 5, 0]]

    def last(some: Array) -> float:
        a, b = some
        d = 1 / (1 + exp(-a * b)) - a * b
        return float(d * d - a)

    found = pages.reference(WEEK, "graph_gradients")([["leaf", one] for one in leaves] + rest)

    assert found[:2] == pytest.approx(slopes(last, leaves), rel=1e-7)
    assert found[-1] == 1


@pytest.mark.parametrize(
    ("name", "hidden", "scale"),
    [
        ("residual_gradients", lambda x, z: x + np.tanh(z), 1.0),
        ("gate_gradients", lambda x, z: x * _sigmoid(z), 0.5),
    ],
)
def test_layer_references_against_nudging(name: str, hidden: Callable[[Array, Array], Array], scale: float) -> None:
    rng = np.random.default_rng(1)
    given = {"X": rng.normal(size=(5, 3)), "W": rng.normal(size=(3, 3)), "b": rng.normal(size=3)}
    given["u"], y = rng.normal(size=3), rng.normal(size=5)

    def loss(of: str, value: Array) -> float:
        now = given | {of: value}
        p = hidden(now["X"], now["X"] @ now["W"] + now["b"]) @ now["u"]
        return float(scale * np.mean((p - y) ** 2))

    found = pages.reference(WEEK, name)(given["X"], y, given["W"], given["b"], given["u"])

    for key, value in given.items():
        assert found[key] == pytest.approx(slopes(partial(loss, key), value), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "squash", "scale", "is_before"),
    [("train_tanh_neuron", np.tanh, 1.0, True), ("train_sigmoid_neuron", _sigmoid, 0.5, False)],
)
def test_training_references_step_down_the_measured_slope(
    name: str, squash: Callable[[Array], Array], scale: float, *, is_before: bool
) -> None:
    rng = np.random.default_rng(2)
    x, y, batches = rng.normal(size=(6, 2)), rng.normal(size=6), [[0, 1, 2], [3, 4], [5]]
    at, losses = rng.normal(size=3), []  # two weights and the bias

    def loss(rows: list[int], some: Array) -> float:
        return float(scale * np.mean((squash(x[rows] @ some[:2] + some[2]) - y[rows]) ** 2))

    found = pages.reference(WEEK, name)(x, y, at[:2].copy(), float(at[2]), 0.3, batches)
    for rows in batches:
        before = loss(list(range(6)), at)
        at = at - 0.3 * slopes(partial(loss, rows), at)
        losses.append(before if is_before else loss(list(range(6)), at))

    assert [*found["w"], found["b"]] == pytest.approx(list(at), rel=1e-6)
    assert found["losses"] == pytest.approx(losses, rel=1e-6)


def test_bowls_by_walking() -> None:
    def walk(at: float, k: float, rate: float, steps: int) -> list[float]:
        path = [at]
        for _step in range(steps):
            path.append(path[-1] - rate * k * path[-1])
        return path

    assert walk(8, 1, 0.5, 4) == [8, 4, 2, 1, 0.5]
    assert walk(8, 1, 1.5, 4) == [8, -4, 2, -1, 0.5]
    assert walk(8, 1, 2.5, 4) == walk(8, 5, 0.5, 4) == [8, -12, 18, -27, 40.5]
    assert walk(1, 6, 0.4, 2) == pytest.approx([1, -1.4, 1.96])
    assert walk(1, 5, 0.3, 2) == pytest.approx([1, -0.5, 0.25])


def test_the_curve_of_the_missing_reset() -> None:
    """The losses that the written question of form A prints."""
    w, total, losses = 0.0, 0.0, []
    for _step in range(13):
        losses.append(sum((w * x - 2 * x) ** 2 for x in (1, 2, 3)) / 3)
        total += sum(2 * x * (w * x - 2 * x) for x in (1, 2, 3)) / 3
        w -= 0.02 * total

    printed = [18.67, 12.35, 4.21, 0.04, 2.81, 10.55, 17.75, 19.28, 14.06, 5.80, 0.38, 1.66, 8.73]
    assert losses == pytest.approx(printed, abs=0.006)


def test_steps_of_training_on_paper() -> None:
    w, seen = 0.0, []
    for batch in ([(1, 2), (2, 4)], [(1, 1), (3, 6)], [(1, 2)]):
        w -= 0.1 * sum(2 * (w * x - y) * x for x, y in batch) / len(batch)
        seen.append(w)

    assert seen == pytest.approx([1, 1.9, 1.92])
