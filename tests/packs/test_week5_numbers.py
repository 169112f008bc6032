"""The numbers of week 5 against computations that share no code with its page."""

import re
from collections.abc import Sequence
from itertools import product
from math import cos, pi, sqrt
from typing import Any

import numpy as np
import pytest

from tests.packs import pages

WEEK = 5
Array = np.ndarray[Any, np.dtype[np.float64]]
Rows = list[list[float]]


@pytest.fixture(scope="module")
def ran() -> tuple[dict[str, Any], str]:
    return pages.run(WEEK)


def test_the_page_prints_what_its_comments_promise(ran: tuple[dict[str, Any], str]) -> None:
    printed, code = pages.numbers(ran[1]), "\n".join(pages.BLOCK.findall(pages.page(WEEK)))
    below = [line for line in re.findall(r"^# (.*)$", code, re.MULTILINE) if line[0].isdigit()]

    assert pages.is_subsequence(pages.promised(WEEK), printed)
    assert len(below) == 5
    for line in below:
        assert pages.is_subsequence(pages.numbers(line.replace("three dead", "").replace("none", "")), printed)


def test_the_table_is_what_the_page_printed(ran: tuple[dict[str, Any], str]) -> None:
    rows = re.findall(r"^\| (0\.\d+) \| (.*) \|$", pages.page(WEEK), re.MULTILINE)
    shown = [[float(penalty), *(float(cell) for cell in cells.split("|"))] for penalty, cells in rows]
    printed = [pages.numbers(line) for line in re.findall(r"^0\.\d+ \[.*,.*\]$", ran[1], re.MULTILINE)]

    assert len(shown) == 3
    assert shown == printed


def test_threshold_between_ignoring_and_sharing_by_integration() -> None:
    """Integrate over a fine grid of both features instead of using the formulas."""
    grid = (np.arange(400) + 0.5) / 400
    a, b = np.meshgrid(grid, grid)
    lost = float(((a - np.maximum(a - b, 0)) ** 2 + (b - np.maximum(b - a, 0)) ** 2).mean())
    assert lost == pytest.approx(1 / 3, abs=1e-4)
    for p in (0.1, 0.4, 4 / 7, 0.9):
        mean, square = p * float(grid.mean()), p * float((grid**2).mean())
        ignore, share = square - mean**2, p * p * lost
        assert ignore == pytest.approx(p / 3 - p * p / 4, abs=1e-4)
        assert share == pytest.approx(p * p / 3, abs=1e-4)
        if abs(p - 4 / 7) > 0.01:
            assert (share < ignore) == (p < 4 / 7)
    assert round((4 / 7) ** 2 / 3, 3) == 0.109
    for r in (0.05, 0.5, 1.0):
        edge = 4 * r / (2 + 5 * r)
        assert (1 + r) * edge**2 / 6 == pytest.approx(r * (edge / 3 - edge**2 / 4))


def test_costs_of_two_switches() -> None:
    """The corrective and both forms: each feature is 0 or exactly 1; go through all four cases."""

    def costs(p: float, weight: float = 1.0) -> tuple[float, float]:
        share = ignore = 0.0
        for one, two in product((0, 1), repeat=2):
            chance = (p if one else 1 - p) * (p if two else 1 - p)
            h = one - two
            share += chance * ((one - max(h, 0)) ** 2 + weight * (two - max(-h, 0)) ** 2)
            ignore += chance * weight * (two - p) ** 2
        return share, ignore

    assert min(costs(0.4)) == pytest.approx(pages.answer(WEEK, "a-two-plans"))
    assert min(costs(0.25)) == pytest.approx(pages.answer(WEEK, "b-two-plans"))
    assert costs(0.4)[0] > costs(0.4)[1]
    assert costs(0.25)[0] < costs(0.25)[1]
    assert costs(0.2) == pytest.approx((0.08, 0.16))
    assert costs(0.2, 0.1) == pytest.approx((0.044, 0.016))
    assert costs(1 / 3)[0] == pytest.approx(costs(1 / 3)[1])
    assert costs(1 / 12, 0.1)[0] == pytest.approx(costs(1 / 12, 0.1)[1])


def _differences(loss: Any, w: Array) -> Array:
    slopes = np.zeros_like(w)
    for place in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[place] += 1e-6
        down[place] -= 1e-6
        slopes[place] = (loss(up) - loss(down)) / 2e-6
    return slopes


def test_gradients_of_the_toy_and_its_references_by_finite_differences(ran: tuple[dict[str, Any], str]) -> None:
    rng = np.random.default_rng(3)
    w, v, b = rng.normal(size=(4, 2)), rng.normal(size=(2, 4)), 0.2 * rng.normal(size=4)
    x, importance = rng.uniform(size=(6, 4)), rng.uniform(0.2, 1, size=4)

    def tied(weights: Array, bias: Array) -> float:
        total = 0.0
        for row in x:
            out = [max(float(weights[j] @ (row @ weights) + bias[j]), 0) for j in range(4)]
            total += sum(importance[j] * (row[j] - out[j]) ** 2 for j in range(4)) / len(x)
        return total

    def untied(pack: Array, unpack: Array) -> float:
        return float((importance * (np.maximum(x @ pack @ unpack, 0) - x) ** 2).sum() / len(x))

    loss, dw, db = pages.reference(WEEK, "tied_gradients")(w, b, x, importance)
    assert loss == pytest.approx(tied(w, b))
    assert np.allclose(dw, _differences(lambda other: tied(other, b), w), atol=1e-6)
    assert np.allclose(db, _differences(lambda other: tied(w, other), b), atol=1e-6)
    on_page = ran[0]["toy_gradients"]({"W": w, "b": b}, x, importance)
    assert np.allclose(on_page["W"], dw)
    assert np.allclose(on_page["b"], db)
    loss, dw, dv = pages.reference(WEEK, "untied_gradients")(w, v, x, importance)
    assert loss == pytest.approx(untied(w, v))
    assert np.allclose(dw, _differences(lambda other: untied(other, v), w), atol=1e-6)
    assert np.allclose(dv, _differences(lambda other: untied(w, other), v), atol=1e-6)


def test_gradients_of_the_autoencoder_by_finite_differences(ran: tuple[dict[str, Any], str]) -> None:
    rng = np.random.default_rng(4)
    shapes = {"W_e": (2, 5), "b_e": (5,), "W_d": (5, 2), "b_d": (2,)}
    s, h, lam = {key: rng.normal(size=size) for key, size in shapes.items()}, rng.normal(size=(7, 2)), 0.3
    s["W_d"] = ran[0]["unit"](s["W_d"])

    def loss(key: str, value: Array) -> float:
        other = s | {key: value}
        f = np.maximum((h - other["b_d"]) @ other["W_e"] + other["b_e"], 0)
        return float((((f @ other["W_d"] + other["b_d"] - h) ** 2).sum() + lam * f.sum()) / len(h))

    found = ran[0]["sae_gradients"](s, h, lam)
    for key in shapes:
        assert np.allclose(found[key], _differences(lambda value, key=key: loss(key, value), s[key]), atol=1e-6)


def _dimension(directions: list[list[float]], i: int) -> float:
    own = sum(value * value for value in directions[i])
    dots = [sum(a * b for a, b in zip(directions[i], other, strict=True)) for other in directions]
    return own / sum(dot * dot / own for dot in dots)


def test_dimensionality_of_all_shapes() -> None:
    pentagon = [[cos(2 * pi * k / 5), cos(2 * pi * k / 5 - pi / 2)] for k in range(5)]
    triangle = [[cos(2 * pi * k / 3), cos(2 * pi * k / 3 - pi / 2)] for k in range(3)]
    tetrahedron: Rows = [[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
    fan = [[cos(pi * k / 4), cos(pi * k / 4 - pi / 2)] for k in range(4)]
    for shape, expected in ((pentagon, 2 / 5), (triangle, 2 / 3), (tetrahedron, 3 / 4), (fan, 1 / 2)):
        assert [_dimension(shape, i) for i in range(len(shape))] == pytest.approx([expected] * len(shape))
    assert (round(cos(2 * pi / 5), 3), round(cos(4 * pi / 5), 3)) == (0.309, -0.809)
    wide = [[1.0, 0], [1, sqrt(3)]]
    assert [_dimension(wide, i) for i in range(2)] == pytest.approx([0.5, 4 / 4.25])
    assert _dimension([[1.0, 0], [0.5, sqrt(3) / 2]], 0) == pytest.approx(0.8)
    assert _dimension([[0.0, 2], [0, -1]], 0) == pytest.approx(0.8)
    assert _dimension([[0.0, 2], [0, -1]], 1) == pytest.approx(0.2)
    assert _dimension([[2.0, 0], [0, 1], [1, 1]], 0) == pytest.approx(pages.answer(WEEK, "a-own-share"))
    assert _dimension([[1.0, 1], [1, -1], [2, 0]], 2) == pytest.approx(pages.answer(WEEK, "b-own-share"), abs=5e-5)
    assert _dimension([[2.0, 0], [-2, 0], [0, 1], [0, -1]], 0) == pages.answer(WEEK, "r-triangle")


def test_dimensionality_references_agree_with_loops(ran: tuple[dict[str, Any], str]) -> None:
    rng = np.random.default_rng(8)
    w, groups = rng.normal(size=(6, 3)), np.array([0, 2, 1, 0, 2, 1])
    each = [_dimension(w.tolist(), i) for i in range(6)]
    assert pages.reference(WEEK, "feature_dimensionality")(w) == pytest.approx(each)
    assert ran[0]["dimensionality"](w) == pytest.approx(each)
    found = pages.reference(WEEK, "dimensions_by_group")(w, groups)
    for g in range(3):
        own = [i for i in range(6) if groups[i] == g]
        assert found[g, 0] == pytest.approx(sum(each[i] for i in own))
        foreign = [
            sum((w[i] @ w[j]) ** 2 for j in range(6) if groups[j] != g) / sum((w[i] @ w[j]) ** 2 for j in range(6))
            for i in own
        ]
        assert found[g, 1] == pytest.approx(np.mean(foreign))


def test_readings_and_interference() -> None:
    def leak(directions: Sequence[Sequence[float]], strengths: Sequence[float], reader: int) -> float:
        own = directions[reader]
        length = sqrt(sum(value * value for value in own))
        return sum(
            strength * sum(a * b for a, b in zip(own, other, strict=True)) / length
            for j, (other, strength) in enumerate(zip(directions, strengths, strict=True))
            if j != reader
        )

    assert leak([[3, 4], [1, 0], [0, 2]], [1, 2, 0.5], 0) == pytest.approx(pages.answer(WEEK, "a-leak"))
    assert leak([[1, 0], [-8, 6], [2, 4]], [1, 1, 0.5], 1) == pytest.approx(pages.answer(WEEK, "b-leak"))
    assert 2 + leak([[1.0, 0.0], [0.6, 0.8]], [2, 5], 0) == pytest.approx(pages.answer(WEEK, "r-leak"))
    corrective: Rows = [[1.0, 0], [0, 2], [0.6, 0.8]]
    assert [leak(corrective, [2, 0, 1], i) for i in range(3)] == pytest.approx([0.6, 0.8, 1.2])
    triangle: Rows = [[1, 0], [-0.5, sqrt(3) / 2], [-0.5, -sqrt(3) / 2]]
    assert 1 + leak(triangle, [1, 0, 0.4], 0) == pytest.approx(0.8)
    assert leak(triangle, [1, 0, 0.4], 1) == pytest.approx(-0.7)
    rng = np.random.default_rng(0)
    ends = rng.normal(size=(2, 20000, 48))
    cosines = (ends[0] * ends[1]).sum(axis=1) / np.linalg.norm(ends[0], axis=1) / np.linalg.norm(ends[1], axis=1)
    assert float((cosines**2).mean()) * 48 == pytest.approx(1, abs=0.05)
    assert round(1 / sqrt(768), 3) == 0.036


def test_what_the_toy_learned(ran: tuple[dict[str, Any], str]) -> None:
    toys = ran[0]["toys"]
    w, b = toys[0.05]["W"], toys[0.05]["b"]
    gram = w @ w.T
    others = np.sort(gram[~np.eye(5, dtype=bool)].reshape(5, 4), axis=1)
    assert round(float(b.mean()), 2) == -0.24
    assert float(np.diag(gram).mean()) == pytest.approx(1.27, abs=0.02)
    assert float(others[:, 2:].mean()) == pytest.approx(0.39, abs=0.02)
    assert float(others[:, :2].mean()) == pytest.approx(-1.03, abs=0.03)
    pairs = toys[0.3]["W"][:4] @ toys[0.3]["W"][:4].T
    assert sorted(int(value < -0.9) for value in pairs.ravel()).count(1) == 4


def test_near_a_threshold_the_seed_decides(ran: tuple[dict[str, Any], str]) -> None:
    names = ran[0]
    x, importance = names["sample"](np.random.default_rng(9), 20000, 5, 0.1), 0.9 ** np.arange(5)
    losses = {}
    for seed in range(3):
        toy = names["train_toy"](0.1, seed)
        out = np.maximum(x @ toy["W"] @ toy["W"].T + toy["b"], 0)
        is_pentagon = bool((names["dimensionality"](toy["W"]) > 0.3).all())
        losses[seed] = is_pentagon, float((importance * (x - out) ** 2).sum(axis=1).mean())

    pentagons = [loss for found, loss in losses.values() if found]
    assert len(pentagons) == 2
    assert all(loss > max(pentagons) for found, loss in losses.values() if not found)


def test_shrinkage_is_half_of_lambda() -> None:
    strengths = np.linspace(0, 2, 200001)
    for a, lam in ((1.0, 0.4), (0.7, 0.2)):
        best = strengths[((a - strengths) ** 2 + lam * strengths).argmin()]
        assert best == pytest.approx(a - lam / 2, abs=1e-4)


def _explained(given: list[float], back: list[float]) -> float:
    mean = sum(given) / len(given)
    errors = sum((a - b) ** 2 for a, b in zip(given, back, strict=True))
    return 1 - errors / sum((a - mean) ** 2 for a in given)


def test_numbers_of_the_autoencoder_items() -> None:
    assert _explained([1, 3, 5, 7], [2, 3, 5, 6]) == pytest.approx(0.9)
    assert _explained([2, 4, 6, 0], [1.5, 4, 5.5, 0]) == pytest.approx(0.975)
    assert _explained([2, 4, 6, 8], [3, 4, 6, 6]) == pytest.approx(pages.answer(WEEK, "a-explained"))
    assert _explained([0, 2, 4, 6], [1, 2, 5, 4]) == pytest.approx(pages.answer(WEEK, "b-explained"))
    assert pages.answer(WEEK, "r-count-active") == (2 + 1 + 3 + 0) / 4
    assert round(0.9**20, 2) == 0.12
    assert round((1 - 1 / 5000) ** 1000, 2) == 0.82

    cases: dict[str, tuple[list[float], list[float], list[float], float, Rows, Rows]] = {
        "a-sae-by-hand": ([4, 1], [1, 1], [-1, 0, -1], 0.1, [[1, 0, 1], [0, 1, -1]], [[1, 0], [0, 1], [0, -0.5]]),
        "b-sae-by-hand": ([1, 5], [1, 2], [-1, 1, 0], 0.2, [[1, 0, -1], [1, -1, 1]], [[0, 1], [3, 0], [0, 0.5]]),
    }
    for slug, (h, bd, be, lam, encoder, decoder) in cases.items():
        f = [max(sum((h[i] - bd[i]) * encoder[i][k] for i in range(2)) + be[k], 0) for k in range(3)]
        out = [sum(f[k] * decoder[k][i] for k in range(3)) + bd[i] for i in range(2)]
        penalty = lam * sum(f[k] * sqrt(sum(value**2 for value in decoder[k])) for k in range(3))
        total = sum((h[i] - out[i]) ** 2 for i in range(2)) + penalty
        assert total == pytest.approx(pages.answer(WEEK, slug))


def test_autoencoder_references_agree_with_loops() -> None:
    rng = np.random.default_rng(6)
    h, encoder, be = rng.normal(size=(5, 3)), rng.normal(size=(3, 6)), rng.normal(size=6)
    decoder, bd = rng.normal(size=(6, 3)), rng.normal(size=3)
    whole, penalty, count, explained = 0.0, 0.0, 0.0, []
    for row in h:
        a = [float((row - bd) @ encoder[:, k] + be[k]) for k in range(6)]
        f = [max(value, 0) for value in a]
        whole += float(((row - bd - sum(f[k] * decoder[k] for k in range(6))) ** 2).sum()) / 5
        penalty += 0.3 * sum(f[k] * float(np.linalg.norm(decoder[k])) for k in range(6)) / 5
        count += sum(value > 0 for value in f) / 5
        top = sorted(range(6), key=lambda k: a[k])[-2:]
        explained.append(bd + sum(f[k] * decoder[k] for k in top))
    assert pages.reference(WEEK, "sae_loss")(h, encoder, be, decoder, bd, 0.3) == pytest.approx((whole, penalty, count))
    f, share = pages.reference(WEEK, "topk_sae")(h, encoder, be, decoder, bd, 2)
    assert np.count_nonzero(f, axis=1).max() <= 2
    assert share == pytest.approx(1 - ((h - explained) ** 2).sum() / ((h - h.mean(axis=0)) ** 2).sum())
