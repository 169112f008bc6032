"""The formulas and numbers of week 3 against computations that share no code with its page."""

from collections.abc import Iterator
from itertools import product
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest

from mastery import variants
from tests.packs import pages

WEEK = 3
Array = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def ran() -> tuple[dict[str, Any], str]:
    return pages.run(WEEK)


def _softmax(values: list[float]) -> list[float]:
    weights = [exp(value) for value in values]
    return [weight / sum(weights) for weight in weights]


def test_the_page_prints_what_its_comments_promise(ran: tuple[dict[str, Any], str]) -> None:
    assert pages.is_subsequence(pages.promised(WEEK), pages.numbers(ran[1]))
    assert len(pages.promised(WEEK)) > 8


def test_set_on_fire_by_plain_arithmetic() -> None:
    weights = _softmax([log(3), 0, 0])
    with_set = _softmax([weights[0] * 6 + 2, weights[0] * 6, 0, 0, 0, 0])
    without = _softmax([2, 0, 0, 0, 0, 0])

    assert [round(weight, 12) for weight in weights] == [0.6, 0.2, 0.2]
    assert [round(p, 3) for p in with_set[:2]] == [0.869, 0.118]
    assert round(without[1], 3) == 0.081


def _routes(depth: int, n: int) -> Iterator[tuple[int, ...]]:
    """Every way of positions from a source to a target, never forward in time."""
    return (way for way in product(range(n), repeat=depth + 1) if list(way) == sorted(way))


def test_nine_paths_equal_the_forward_pass_by_brute_force(ran: tuple[dict[str, Any], str]) -> None:
    """Walk every route through the heads of the page's random model, one position and one head at a time."""
    names = ran[0]
    x0, seen, unembed, n = names["x0"], names["seen"], names["U"], len(names["x0"])
    logits = x0 @ unembed
    for heads in seen:
        for a, ov in heads:
            for source, target in _routes(1, n):
                logits[target] = logits[target] + a[target, source] * (x0[source] @ ov @ unembed)
    for (a, ov), (b, later) in product(*seen):
        for source, middle, target in _routes(2, n):
            weight = b[target, middle] * a[middle, source]
            logits[target] = logits[target] + weight * (x0[source] @ ov @ later @ unembed)

    forward = x0
    for heads in seen:
        forward = forward + sum(a @ forward @ ov for a, ov in heads)
    assert np.allclose(logits, forward @ unembed)


def test_full_circuits_reproduce_a_heads_scores_and_writes() -> None:
    rng = np.random.default_rng(5)
    embed, unembed = rng.normal(size=(6, 8)), rng.normal(size=(8, 6))
    q, k, v, o = (
        rng.normal(size=(3, 8, 3)),
        rng.normal(size=(3, 8, 3)),
        rng.normal(size=(8, 3)),
        rng.normal(size=(3, 8)),
    )
    now, source = 4, 1
    by_vectors = sum(float(embed[now] @ q[0][:, c]) * float(embed[source] @ k[0][:, c]) for c in range(3)) / sqrt(3)

    assert np.isclose((embed @ q[0] @ k[0].T @ embed.T)[now, source] / sqrt(3), by_vectors)
    assert np.allclose((embed @ v @ o @ unembed)[source], ((embed[source] @ v) @ o) @ unembed)


def test_composition_has_the_floor_one_over_root_d() -> None:
    rng = np.random.default_rng(0)
    d, squares = 16, []
    a = rng.normal(size=(d, 3)) @ rng.normal(size=(3, d))
    b = rng.normal(size=(d, 2)) @ rng.normal(size=(2, d))
    for _ in range(3000):
        turn, r = np.linalg.qr(rng.normal(size=(d, d)))
        turn = turn * np.sign(np.diag(r))
        squares.append((np.linalg.norm(a @ turn @ b) / np.linalg.norm(a) / np.linalg.norm(b)) ** 2)

    assert abs(float(np.mean(squares)) * d - 1) < 0.03


def _entries(size: int, places: dict[tuple[int, int], float]) -> Array:
    matrix = np.zeros((size, size))
    for place, value in places.items():
        matrix[place] = value
    return matrix


def _score(first: Array, second: Array) -> float:
    """Composition by singular values: the norm of a product is the root of the trace of its Gram matrix."""
    gram = first @ second @ second.T @ first.T
    return sqrt(float(np.trace(gram)) / float((first**2).sum() * (second**2).sum()))


def test_composition_scores_of_page_correctives_and_forms() -> None:
    page = _entries(4, {(0, 2): 3, (1, 3): 4}), _entries(4, {(0, 2): 2})
    assert _score(page[0], page[1].T) == pytest.approx(0.6)
    assert _score(*page) == 0
    plug = _entries(4, {(0, 1): 1, (0, 2): 1})
    assert _score(plug, _entries(4, {(1, 3): 5})) == pytest.approx(0.707, abs=5e-4)
    assert _score(plug, _entries(4, {(2, 0): 2})) == pytest.approx(0.707, abs=5e-4)
    form_a = _entries(4, {(0, 1): 4, (2, 3): 3}), _entries(4, {(0, 1): 6, (1, 2): 8})
    assert _score(form_a[0], form_a[1].T) == pytest.approx(pages.answer(WEEK, "a-composition-score"))
    assert _score(*form_a) == pytest.approx(0.64)
    form_b = _entries(4, {(1, 0): 3, (2, 2): 4}), _entries(4, {(0, 2): 5, (3, 0): 12})
    assert _score(*form_b) == pytest.approx(pages.answer(WEEK, "b-composition-score"), abs=5e-5)
    assert _score(form_b[0], form_b[1].T) == pytest.approx(0.634, abs=5e-4)


@pytest.mark.parametrize(
    ("matrix", "score"),
    [
        ([[2, 1], [1, 2]], 1), ([[1, 2], [2, 1]], 0.5), ([[1, 5], [0, 1]], 1), ([[3, 0], [0, 1]], 1),
        ([[0, 2], [2, 0]], 0), ([[-1, 0], [0, -3]], -1), ([[1, 4], [1, 1]], 0.5), ([[1, 9], [0, 1]], 1),
        ([[2, 2], [1, 3]], 1), ([[0, 3], [1, -2]], -0.5), ([[1, 6], [0, 2]], 1), ([[3, 0], [7, 1]], 1),
    ],
)  # fmt: skip
def test_copying_scores_of_the_week(matrix: list[list[float]], score: float) -> None:
    (a, b), (c, d) = matrix
    root = sqrt((a - d) ** 2 + 4 * b * c)
    values = (a + d + root) / 2, (a + d - root) / 2

    assert sum(values) / sum(abs(value) for value in values) == pytest.approx(score)


def test_small_matrix_has_the_eigenvalues_of_the_full_ov_circuit() -> None:
    rng = np.random.default_rng(1)
    e, v, o, u = (rng.normal(size=size) for size in ((30, 10), (10, 4), (4, 10), (10, 30)))
    large = np.linalg.eigvals(e @ v @ o @ u)
    large = large[np.argsort(-abs(large))]

    small = np.linalg.eigvals(o @ u @ e @ v)

    assert np.allclose(abs(large[4:]), 0, atol=1e-7)
    assert np.isclose(large[:4].sum(), small.sum())
    assert np.isclose(abs(large[:4]).sum(), abs(small).sum())


def test_induction_model_needs_its_first_head(ran: tuple[dict[str, Any], str]) -> None:
    names = ran[0]
    bare = names["TOK"][names["tokens"]] + names["POS"]
    rows = names["rows"]

    weights = names["pattern"](bare, names["induction"]["Q"], names["induction"]["K"])

    assert np.allclose([weights[i, i - 7] for i in rows], [1 / (i + 1) for i in rows])
    assert round(-log(1 / 11), 2) == 2.40
    assert np.allclose(names["R"] @ names["R"].T, np.eye(50))
    for i in rows:  # The stripe is where the token before the key equals the token of the query.
        key = int(names["A2"][i].argmax())
        assert names["tokens"][key - 1] == names["tokens"][i]


def test_small_numbers_of_exercises_and_correctives() -> None:
    assert round(3 / 5 * -(2 / 3 * log(2 / 3) + 1 / 3 * log(1 / 3)), 3) == 0.382
    assert round(1 / sqrt(768), 3) == 0.036
    assert (1 + 3) * (1 + 2 - 1) == 1 + 2 - 1 + 3 + 6 - 3 == 8
    assert 4 * 768 * 64 == 196608
    he = _softmax([6, 0])
    assert (round(he[0], 3), round(he[0] * -4 + he[1] * -2, 3)) == (0.998, -3.995)
    (paths,) = (item for item in pages.items(WEEK) if item["slug"] == "r-count-paths")
    assert variants.result(paths["answer"], {"a": "12", "b": "4"}) == 1 + 12 + 4 + 12 * 4
    text = [0, *range(1, 21), *range(1, 21)]
    assert pages.answer(WEEK, "r-target-position") == text.index(text[30]) + 1


def test_answers_of_the_forms_by_loops() -> None:
    assert pages.answer(WEEK, "a-sum-of-paths") == 0.5 + (0.5 * 4 - 0.25 * 2 + 0.25 * 6) - 1
    assert pages.answer(WEEK, "b-sum-of-paths") == -1 + (1 + 3 - 1) + (-2 + 1)
    cases = {
        "a-qk-entry": ([[0, 2, 0], [1, 0, -1], [0, 0, 4]], [1, 2, 0], [0, 1, 3], 4),
        "b-qk-entry": ([[1, 0, 2], [0, 3, 0], [-1, 1, 0]], [2, 0, 1], [1, 4, 0], 16),
    }
    for slug, (matrix, now, source, width) in cases.items():
        total = sum(now[r] * matrix[r][c] * source[c] for r in range(3) for c in range(3))
        assert total / sqrt(width) == pages.answer(WEEK, slug)
    assert pytest.approx((0.5 + 0.8 + 0.2) / 3) == pages.answer(WEEK, "a-score-by-hand")
    assert pytest.approx((0.6 + 0.3 + 0.3) / 3) == pages.answer(WEEK, "b-score-by-hand")


def test_path_references_agree_with_switching_heads_off() -> None:
    """A path group is what the logits lose when its heads write nothing, with the patterns held fixed."""
    rng = np.random.default_rng(2)
    x, unembed = rng.normal(size=(4, 3)), rng.normal(size=(3, 5))
    a1, a2 = (np.tril(rng.uniform(size=(2, 4, 4))) for _ in range(2))
    ov1, ov2 = (rng.normal(size=(2, 3, 3)) for _ in range(2))

    def logits(first: Array, second: Array) -> Array:
        middle = x + sum(a1[h] @ x @ first[h] for h in range(2))
        return np.asarray((middle + sum(a2[g] @ middle @ second[g] for g in range(2))) @ unembed)

    none = np.zeros_like(ov1)
    groups = pages.reference(WEEK, "path_groups")(x, a1, ov1, a2, ov2, unembed)
    assert np.allclose(groups.sum(axis=0), logits(ov1, ov2))
    assert np.allclose(groups[:2].sum(axis=0), logits(ov1, none))
    assert np.allclose(groups[2], logits(none, ov2) - logits(none, none))
    pairs = pages.reference(WEEK, "virtual_head_logits")(x, a1, ov1, a2, ov2, unembed)
    assert np.allclose(pairs.sum(axis=(0, 1, 2)), groups[3, -1])
    only = ov1 * np.array([1, 0])[:, None, None], ov2 * np.array([0, 1])[:, None, None]
    alone = logits(*only) - logits(only[0], none) - logits(none, only[1]) + logits(none, none)
    assert np.allclose(pairs[1, 0].sum(axis=0), alone[-1])


def test_composition_and_score_references_agree_with_loops() -> None:
    rng = np.random.default_rng(4)
    ov, qk = rng.normal(size=(2, 5, 5)), rng.normal(size=(3, 5, 5))
    k, q = pages.reference(WEEK, "k_composition")(ov, qk), pages.reference(WEEK, "composition_above_floor")(ov, qk)
    for h, g in product(range(2), range(3)):
        assert np.isclose(k[h, g], _score(ov[h], qk[g].T))
        assert np.isclose(q[h, g], _score(ov[h], qk[g]) - 1 / sqrt(5))
    patterns, line = np.tril(rng.uniform(size=(2, 3, 13, 13))), list(rng.permutation(6))
    text = ["start", *line, *line]
    found = [patterns[:, :, i, text.index(text[i]) + 1] for i in range(7, 13)]
    scores = pages.reference(WEEK, "stripe_scores")(patterns, 6)
    assert np.allclose(scores[:, 0], np.mean(found, axis=(0, 1)))
    assert np.allclose(scores[:, 1], np.mean([patterns[:, :, i, i - 1] for i in range(1, 13)], axis=(0, 1)))
    bare = pages.reference(WEEK, "induction_scores")(patterns[0, :, 1:, 1:], 6)
    assert np.allclose(bare, np.mean([patterns[0, :, i, text.index(text[i]) + 1] for i in range(7, 13)], axis=0))
