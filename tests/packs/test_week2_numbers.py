"""The formulas and numbers of week 2 against loops over single numbers, which share no code with its page."""

from collections.abc import Sequence
from math import exp, inf, log, sqrt
from typing import Any

import numpy as np
import pytest

from tests.packs import pages

WEEK = 2


@pytest.fixture(scope="module")
def ran() -> tuple[dict[str, Any], str]:
    return pages.run(WEEK)


def softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    weights = [exp(score - top) for score in scores]
    return [weight / sum(weights) for weight in weights]


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def normed(x: Sequence[float], eps: float = 0.0) -> list[float]:
    mean = sum(x) / len(x)
    return [(one - mean) / sqrt(sum((other - mean) ** 2 for other in x) / len(x) + eps) for one in x]


def test_the_page_prints_what_its_comments_promise(ran: tuple[dict[str, Any], str]) -> None:
    assert pages.is_subsequence([0.538, 1.731, 0.0], pages.numbers(ran[1]))
    assert pages.is_subsequence([0.269, 0.731, 0.245, 0.09, 0.665], pages.numbers(ran[1]))
    assert pages.is_subsequence([-1.0, -2.0, 2.0, 0.5], pages.numbers(ran[1]))


def test_sizes_of_gpt2_small() -> None:
    d, mlp, vocab, ctx, blocks = 768, 3072, 50_257, 1_024, 12
    attention, layer = 4 * (d * d + d), 2 * d * mlp + mlp + d

    assert (vocab * d, ctx * d, layer) == (38_597_376, 786_432, 4_722_432)
    assert round(layer / attention, 1) == 2.0
    assert (vocab + ctx) * d + blocks * (attention + layer + 4 * d) + 2 * d == 124_439_808
    assert pages.answer(WEEK, "r-embedding-parameters") == (100 + 16) * 8
    assert round(log(vocab), 2) == 10.82


def test_pattern_of_the_page_by_hand() -> None:
    raw = [[2, 4, 0], [0, 2, 6], [2, 0, 4]]
    rows = [softmax([score / 2 for score in row[: place + 1]]) for place, row in enumerate(raw)]
    late = softmax([score / 2 for score in raw[1]])

    assert [[round(weight, 3) for weight in row] for row in rows] == [[1], [0.269, 0.731], [0.245, 0.09, 0.665]]
    assert [round(weight, 3) for weight in late[:2]] == [0.042, 0.114]
    assert [round(weight, 3) for weight in softmax([0.5, 0, 1])] == [0.307, 0.186, 0.506]


def test_answers_on_patterns_and_heads() -> None:
    a = softmax([dot([2, 1, 0, 1], key) / 2 for key in ([1, 0, 3, -2], [1, 2, 1, 0])])
    b = softmax([dot([1, 0, 2, 1], key) / 2 for key in ([2, 1, 0, 0], [0, 3, 1, -2])])

    assert pages.answer(WEEK, "a-pattern-weight") == pytest.approx(a[1], abs=1e-4)
    assert pages.answer(WEEK, "b-pattern-weight") == pytest.approx(b[0], abs=1e-4)
    assert pages.answer(WEEK, "a-head-output") == dot([0.25 * 4, 0.75 * 2], [1, 1])
    assert pages.answer(WEEK, "b-head-output") == pytest.approx(dot([0.6 * 5, 0.4 * 10], [1, 0.5]))


def test_answers_on_layer_norm_mlp_and_shares() -> None:
    assert normed([1, 1, 5, 5]) == [-1, -1, 1, 1]
    assert pages.answer(WEEK, "a-layer-norm-entry") == pytest.approx(2 * normed([3, 11, 17, 9])[2] - 1)
    assert pages.answer(WEEK, "b-layer-norm-entry") == pytest.approx(3 * normed([1, 3, 9, 3])[2] - 1)
    assert pages.answer(WEEK, "a-mlp-entry") == dot([max(0, x) for x in (3, 1, -1)], [1, 2, 5])
    assert pages.answer(WEEK, "b-mlp-entry") == dot([max(0, x) for x in (2, 2, -2)], [3, -1, 4]) + 2
    assert pages.answer(WEEK, "a-direct-contribution") == dot([3, -1, -1, -1], [1, 0, -1, 2]) / 2
    assert pages.answer(WEEK, "b-direct-contribution") == dot([-1, 5, -1, -3], [2, 1, 1, 0]) / 4


def test_parts_of_a_logit_add_up() -> None:
    parts, u = ([2, 0, 0, 2], [0, 0, 4, 0], [-1, 1, 1, 3]), [0, -1, 1, 1]
    shares = [dot([x - sum(part) / 4 for x in part], u) / 2 for part in parts]

    whole = dot(normed([sum(column) for column in zip(*parts, strict=True)]), u)

    assert (shares, whole) == ([0.5, 1.5, 1.0], 3.0)


def test_losses_by_hand() -> None:
    assert [round(p, 3) for p in softmax([2, 1, 0])] == [0.665, 0.245, 0.09]
    assert round(-log(softmax([2, 1, 0])[1]), 3) == 1.408
    a = [-log(softmax([2, 0, 1])[0]), -log(softmax([0, 1, 0])[1])]
    b = [-log(softmax([0, 1, 3])[2]), -log(softmax([1, 1, 0])[0])]
    assert pages.answer(WEEK, "a-mean-loss") == pytest.approx(sum(a) / 2, abs=1e-4)
    assert pages.answer(WEEK, "b-mean-loss") == pytest.approx(sum(b) / 2, abs=1e-4)


@pytest.mark.parametrize(("temperature", "expected"), [(0.5, [0.87, 0.12, 0.02]), (2, [0.51, 0.31, 0.19])])
def test_temperatures_of_the_figure(temperature: float, expected: list[float]) -> None:
    assert [round(p, 2) for p in softmax([logit / temperature for logit in (2, 1, 0)])] == expected


def test_whole_model_against_loops_over_single_numbers(ran: tuple[dict[str, Any], str]) -> None:
    """Attention of the page by `for` loops: over heads, queries and keys."""
    names, rng = ran[0], np.random.default_rng(5)
    p = {key: rng.normal(size=(2, 6, 3)) for key in ("W_Q", "W_K", "W_V")} | {"W_O": rng.normal(size=(2, 3, 6))}
    x = rng.normal(size=(4, 6))
    written = np.zeros((4, 6))
    for head in range(2):
        q, k, v = (x @ p[key][head] for key in ("W_Q", "W_K", "W_V"))
        for i in range(4):
            weights = softmax([dot(q[i], k[j]) / sqrt(3) for j in range(i + 1)])
            for j, weight in enumerate(weights):
                written[i] += weight * (v[j] @ p["W_O"][head])

    assert names["attention"](x, p) == pytest.approx(written)


@pytest.mark.parametrize("window", [1, 2, 9])
def test_pattern_references_against_loops(window: int) -> None:
    rng = np.random.default_rng(6)
    q, k = 40 * rng.normal(size=(5, 4)), 40 * rng.normal(size=(5, 4))
    expected = np.zeros((5, 5))
    for i in range(5):
        seen = range(max(0, i - window + 1), i + 1)
        expected[i, list(seen)] = softmax([dot(q[i], k[j]) / 2 for j in seen])

    assert pages.reference(WEEK, "local_causal_pattern")(q, k, window) == pytest.approx(expected)
    if window == 9:
        assert pages.reference(WEEK, "causal_patterns")(q[None], k[None])[0] == pytest.approx(expected)


def test_layer_norm_references_against_loops() -> None:
    rng = np.random.default_rng(7)
    x, gamma, beta = rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=4)
    expected = np.array([[g * one + b for g, one, b in zip(gamma, normed(row, 0.1), beta, strict=True)] for row in x])

    assert pages.reference(WEEK, "layer_norm_rows")(x, gamma, beta, 0.1) == pytest.approx(expected)
    assert pages.reference(WEEK, "layer_norm_columns")(x.T, gamma, beta, 0.1) == pytest.approx(expected.T)


def test_sampling_references_against_sorting() -> None:
    logits = [1.5, -2.0, 3.0, 0.25, 2.5]
    best = sorted(logits, reverse=True)
    plain = softmax([logit / 0.7 for logit in logits])
    kept = softmax([logit / 0.7 if logit in best[:3] else -inf for logit in logits])
    enough = [p if p >= 0.3 * max(plain) else 0 for p in plain]

    assert pages.reference(WEEK, "top_k_probabilities")(np.array(logits), 0.7, 3) == pytest.approx(kept)
    assert pages.reference(WEEK, "min_p_probabilities")(np.array(logits), 0.7, 0.3) == pytest.approx(
        [p / sum(enough) for p in enough]
    )
