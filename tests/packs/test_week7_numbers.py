"""The numbers and formulas of week 7, computed again in another way."""

from itertools import combinations
from math import comb, tanh
from typing import Any

import numpy as np
import pytest

from tests.packs import pages

STEP = 1e-6


def reference(name: str) -> Any:
    return pages.reference(7, name)


def slopes(function: Any, at: Any) -> Any:
    """Return the gradient by central differences."""
    eye = STEP * np.eye(len(at))
    return np.array([(function(at + one) - function(at - one)) / (2 * STEP) for one in eye])


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    return pages.run(7)[0]


def test_audit_of_the_page(page: dict[str, Any]) -> None:
    act, concept = page["act"], page["concept"]
    counts = [int(((act > low) & (act <= low + 1)).sum()) for low in range(6)]

    assert concept[np.argsort(-act)[:50]].sum() == 47
    assert concept[act > 0].mean() == pytest.approx(0.2, abs=0.01)
    assert counts == [2854, 876, 370, 302, 270, 155]
    assert pytest.approx(0.20, abs=0.002) == 0.005 / (0.005 + 0.995 * 0.02)
    assert pytest.approx(0.96) == (8.3 - 3.5) / (8.3 - 3.3)


def test_estimates_of_the_page_are_finite_differences_times_steps(page: dict[str, Any]) -> None:
    h, mean, weights, u = (page[name] for name in ("h", "mean", "W", "u"))
    gradient = slopes(lambda at: np.tanh(at @ weights) @ u, h)
    exact = [np.tanh(np.where(np.arange(12) == i, mean, h) @ weights) @ u for i in range(12)]
    error = np.abs(page["exact"] - page["estimate"])

    assert page["estimate"] == pytest.approx((mean - h) * gradient, abs=1e-6)
    assert page["exact"] == pytest.approx(np.array(exact) - np.tanh(h @ weights) @ u)
    assert (round(page["exact"][6], 2), round(page["estimate"][6], 2)) == (-1.52, -0.04)
    assert np.abs(page["exact"]).argmax() == error.argmax() == 6
    assert np.sort(error)[-2] < 0.25


def test_worst_component_is_repaired_by_gradients_along_the_way(page: dict[str, Any]) -> None:
    h, mean, weights, u = (page[name] for name in ("h", "mean", "W", "u"))
    total = 0.0
    for share in (np.arange(50) + 0.5) / 50:
        at = h.copy()
        at[6] += share * (mean[6] - h[6])
        total += slopes(lambda where: np.tanh(where @ weights) @ u, at)[6] / 50

    assert (mean[6] - h[6]) * total == pytest.approx(page["exact"][6], abs=0.01)


def test_examples_of_saturation_and_of_midpoints() -> None:
    def along(points: int) -> float:
        middles = [-1 + 2 * (j - 0.5) / points for j in range(1, points + 1)]
        return sum(2 * 3 * (1 - tanh(3 * at) ** 2) for at in middles) / points

    assert 2 * 3 * (1 - tanh(3) ** 2) == pytest.approx(0.06, abs=0.001)
    assert 2 * tanh(3) == pytest.approx(1.99, abs=0.001)
    assert [along(points) for points in (1, 2, 4, 10)] == pytest.approx([6.00, 1.08, 1.92, 1.99], abs=0.005)


def test_pruning_and_circuits_of_the_page(page: dict[str, Any]) -> None:
    up, down = range(12), range(11, -1, -1)
    faithfulness, prune, circuit = page["faithfulness"], page["prune"], page["circuit"]

    assert [prune(0.1, up).sum(), prune(0.3, up).sum(), prune(0.3, down).sum()] == [11, 9, 9]
    assert np.flatnonzero(prune(0.5, up)).tolist() == [2, 4, 5, 6, 8, 10]
    assert np.flatnonzero(prune(0.5, down)).tolist() == [4, 5, 6, 8, 10]
    assert faithfulness(prune(0.5, up)) == pytest.approx(0.66, abs=0.005)
    assert faithfulness(prune(0.5, down)) == pytest.approx(0.37, abs=0.005)
    assert sorted(page["chosen"].tolist()) == [2, 3, 8, 10]
    assert faithfulness(circuit([2, 3, 8, 10])) == pytest.approx(0.87, abs=0.005)
    assert faithfulness(~circuit([2, 3, 8, 10])) == pytest.approx(0.14, abs=0.005)
    every = np.array([faithfulness(circuit(parts)) for parts in combinations(range(12), 4)])
    assert (len(every), comb(12, 4)) == (495, 495)
    assert np.median(every) == pytest.approx(0.30, abs=0.005)
    assert (every >= faithfulness(circuit([2, 3, 8, 10])) - 1e-12).sum() == 56
    assert (abs(every - 1) <= 1 - faithfulness(circuit([2, 3, 8, 10])) + 1e-12).sum() == 33


def test_table_of_the_backup_example() -> None:
    def metric(parts: str) -> float:
        return 4 * bool(set("AB") & set(parts)) + 2 * ("C" in parts) + 0.5 * ("D" in parts)

    shares = [metric(parts) / metric("ABCD") for parts in ("AC", "BD", "ABC", "D")]
    assert shares == pytest.approx([0.92, 0.69, 0.92, 0.08], abs=0.005)


def test_subspace_patches_of_page_and_forms(page: dict[str, Any]) -> None:
    def patched(no: float, yes: float, v: tuple[float, float], read: float) -> float:
        along = np.outer(v, v) / np.dot(v, v)  # The projection as a matrix.
        return float(read * (np.array([no, 0]) + along @ np.array([yes - no, 0]))[1])

    assert page["patched"] == pytest.approx([0, 1], abs=1e-12)
    assert patched(-1, 1, (1, 1), 5) == pytest.approx(5)
    assert patched(-3, 3, (0.8, 0.6), 10) == pytest.approx(pages.answer(7, "a-subspace"))
    assert patched(-5, 5, (0.6, 0.8), 2) == pytest.approx(pages.answer(7, "b-subspace"))
    assert patched(-2, 2, (0.6, 0.8), 3) == pytest.approx(5.76)


def test_numeric_answers_of_both_forms() -> None:
    def bayes(rate: float, hit: float, stray: float) -> float:
        return rate * hit / (rate * hit + (1 - rate) * stray)

    def bend(metric: Any, at: list[float], other: float, which: int) -> float:
        start = np.array(at)
        end = np.where(np.arange(2) == which, other, start)
        return float(metric(end) - metric(start) - slopes(metric, start)[which] * (other - at[which]))

    assert bayes(0.01, 0.8, 0.02) == pytest.approx(pages.answer(7, "a-precision"), abs=1e-4)
    assert bayes(0.002, 0.9, 0.01) == pytest.approx(pages.answer(7, "b-precision"), abs=1e-4)
    assert bend(lambda h: h[0] ** 2 + h[0] * h[1], [2, 1], 3, 0) == pytest.approx(pages.answer(7, "a-error"), abs=1e-6)
    assert bend(lambda h: h[0] * h[1] + h[1] ** 2, [1, 2], 5, 1) == pytest.approx(pages.answer(7, "b-error"), abs=1e-6)
    assert [
        pages.answer(7, "a-midpoints"),
        pages.answer(7, "b-midpoints"),
    ] == [2 * 3 * (0.5**2 + 1.5**2) / 2, 4 * 3 * (1**2 + 3**2) / 2]
    assert pytest.approx([pages.answer(7, "a-left-over"), pages.answer(7, "b-left-over")], abs=1e-4) == [4 / 6, 6 / 8]


def small_net(seed: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=4), rng.normal(size=4), rng.normal(size=(4, 5)), rng.normal(size=(5, 3)), rng.normal(size=3)


def test_node_estimates_are_finite_differences_times_steps() -> None:
    clean, corrupt, first, second, u = small_net(1)
    h_clean, h = np.tanh(clean @ first), np.tanh(corrupt @ first)
    on_first = slopes(lambda at: np.tanh(at @ second) @ u, h) * (h_clean - h)
    on_second = u * (np.tanh(h_clean @ second) - np.tanh(h @ second))

    found = reference("node_attributions")(clean, corrupt, first, second, u)

    assert found[0] == pytest.approx(on_first, abs=1e-6)
    assert found[1] == pytest.approx(on_second)


def test_edge_estimates_add_up_to_node_estimates_and_agree_with_tiny_exact_patches() -> None:
    clean, corrupt, first, second, u = small_net(2)
    near = corrupt + 1e-5 * (clean - corrupt)
    h_near, h = np.tanh(near @ first), np.tanh(corrupt @ first)

    edges = reference("edge_attributions")(clean, corrupt, first, second, u)
    tiny = reference("edge_attributions")(near, corrupt, first, second, u)

    assert edges.sum(axis=1) == pytest.approx(reference("node_attributions")(clean, corrupt, first, second, u)[0])
    for i, j in np.ndindex(5, 3):
        inputs = h @ second
        inputs[j] += (h_near - h)[i] * second[i, j]
        assert tiny[i, j] == pytest.approx(np.tanh(inputs) @ u - np.tanh(h @ second) @ u, rel=1e-3, abs=1e-12)


def test_shares_of_circuits_agree_with_counting_by_bits() -> None:
    rng = np.random.default_rng(3)
    h, mean, weights, u = rng.normal(size=6), np.zeros(6), rng.normal(size=(6, 4)), rng.normal(size=4)
    circuit, layer = np.array([1, 0, 1, 0, 0, 1], dtype=bool), np.array([0, 0, 0, 1, 1, 1])
    masks = [np.array([number >> bit & 1 for bit in range(6)], dtype=bool) for number in range(64)]
    metric = [np.tanh(np.where(mask, h, mean) @ weights) @ u for mask in masks]
    share = [(value - metric[0]) / (metric[63] - metric[0]) for value in metric]
    mine = share[0b100101]
    of_size = [f for mask, f in zip(masks, share, strict=True) if mask.sum() == 3]
    matched = [f for mask, f in zip(masks, share, strict=True) if (mask[:3].sum(), mask[3:].sum()) == (2, 1)]

    assert reference("random_circuit_share")(h, mean, weights, u, circuit) == pytest.approx(
        np.mean(np.array(of_size) >= mine - 1e-9)
    )
    assert reference("matched_circuit_share")(h, mean, weights, u, circuit, layer) == pytest.approx(
        np.mean(abs(np.array(matched) - 1) <= abs(mine - 1) + 1e-9)
    )


def test_mean_and_resampling_agree_when_there_is_one_other_prompt() -> None:
    rng = np.random.default_rng(4)
    given = rng.normal(size=5), rng.normal(size=(1, 5)), rng.normal(size=(5, 3)), rng.normal(size=3)
    circuit = np.array([True, False, True, False, False])

    assert reference("mean_ablation_scores")(*given, circuit) == pytest.approx(
        reference("resample_scores")(*given, circuit)
    )
