"""The numbers of week 4 against computations that share no code with its page."""

import importlib.util
import re
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.packs import pages

WEEK = 4
Array = np.ndarray[Any, np.dtype[np.float64]]
HEADS = ["0.0", "0.1", "1.0", "1.1", "2.0", "2.1"]


@pytest.fixture(scope="module")
def ran() -> tuple[dict[str, Any], str]:
    return pages.run(WEEK)


def _table() -> dict[str, list[float]]:
    rows = re.findall(r"^\| (\d\.\d) [^|]*\|(.*)\|$", pages.page(WEEK), re.MULTILINE)
    return {head: [float(cell.strip().strip("$")) for cell in cells.split("|")] for head, cells in rows}


def test_the_page_prints_what_its_comments_promise(ran: tuple[dict[str, Any], str]) -> None:
    printed = pages.numbers(ran[1])

    assert pages.is_subsequence(pages.promised(WEEK), printed)
    assert len(pages.promised(WEEK)) > 6
    for line in ("0.01 -0. -0.38 -0.05 0.45 5.75 -1.44", "0.02 0.2 -0.57 0.12 0.05 0.15 4.35 0.77"):
        assert pages.is_subsequence([float(number) for number in line.split()], printed)


def _loops(names: dict[str, Any], tokens: Array, swap: dict[str, Callable[[Array], Array]] | None = None) -> Array:
    """The laboratory once more, head by head and position by position; `swap` exchanges a head's output."""
    stream = [names["W_E"][token] + names["POS"][place] for place, token in enumerate(tokens)]
    for layer, heads in enumerate(names["heads"]):
        written = [np.zeros(39) for _ in stream]
        for number, head in enumerate(heads):
            out = []
            for i, here in enumerate(stream):
                scores = [(here @ head["q"]) @ (there @ head["k"]) for there in stream[: i + 1]]
                weights = [np.exp(score / sqrt(head["q"].shape[1])) for score in scores]
                mixed = sum(w * (there @ head["v"]) for w, there in zip(weights, stream, strict=False))
                out.append(mixed / sum(weights) @ head["o"])
            change = (swap or {}).get(f"{layer}.{number}")
            rows = change(np.array(out)) if change else np.array(out)
            written = [total + row for total, row in zip(written, rows, strict=True)]
        stream = [here + total for here, total in zip(stream, written, strict=True)]
    end = stream[-1] - stream[-1].mean()
    return np.asarray(end / sqrt(float(end @ end) / 39 + 1e-5) @ names["W_U"])


def test_the_laboratory_equals_a_model_of_loops(ran: tuple[dict[str, Any], str]) -> None:
    names = ran[0]
    for tokens in names["prompts"][::7]:
        assert np.allclose(_loops(names, tokens), names["run"](tokens)[0][-1])
    assert np.allclose(names["R"] @ names["R"].T, np.eye(39))


def _keeper(found: list[Array]) -> Callable[[Array], Array]:
    def keep(x: Array) -> Array:
        found.append(x)
        return x

    return keep


def _constant(value: Array) -> Callable[[Array], Array]:
    return lambda _x: value


def test_ablations_of_the_table(ran: tuple[dict[str, Any], str]) -> None:
    """Zero and mean by the model of loops, on the 40 prompts; all three as the page printed them."""
    names = ran[0]
    printed = dict(re.findall(r"^(\d\.\d) (\S+ \S+ \S+)$", ran[1], re.MULTILINE))
    assert _table() == {head: [float(value) for value in printed[head].split()] for head in HEADS}
    kept: dict[str, list[Array]] = {head: [] for head in HEADS}
    for tokens in names["prompts"]:
        _loops(names, tokens, {head: _keeper(kept[head]) for head in HEADS})
    for head in ("0.1", "2.0"):
        mean = np.mean(kept[head], axis=0)
        for column, change in enumerate((_constant(0 * mean), _constant(mean))):
            found = []
            for tokens in names["prompts"]:
                logits = _loops(names, tokens, {head: change})
                io = tokens[1] if tokens[5] == tokens[3] else tokens[3]
                found.append(logits[io] - logits[tokens[5]])
            assert round(float(np.mean(found)), 2) == _table()[head][column]


def test_attribution_is_the_slope_along_each_part(ran: tuple[dict[str, Any], str]) -> None:
    """With the norm's scale held, the model's end is linear: a share is a finite difference in the part's size."""
    names = ran[0]
    clean, step = names["clean"], 1e-6
    sigma = sqrt(float(clean["stream3"][-1].var()) + 1e-5)
    centre = np.eye(39) - 1 / 39

    def difference(stream: Array) -> float:
        logits = (centre @ stream) / sigma @ names["W_U"]
        return float(logits[5] - logits[6])

    parts = [clean["stream0"], *(clean[f"{head}.out"] for head in HEADS)]
    slopes = [
        (difference(clean["stream3"][-1] + step * c[-1]) - difference(clean["stream3"][-1])) / step for c in parts
    ]
    assert np.allclose(slopes, names["attribution"](clean, 5, 6), atol=1e-6)
    assert sum(slopes) == pytest.approx(4.354, abs=5e-4)


def test_patching_equals_splicing_two_runs_of_loops(ran: tuple[dict[str, Any], str]) -> None:
    names = ran[0]
    clean, bad = np.array([0, 5, 1, 6, 2, 6, 3, 4]), np.array([0, 5, 1, 6, 2, 5, 3, 4])
    good = {head: names["clean"][f"{head}.out"] for head in HEADS}
    high, low = (float(np.subtract(*_loops(names, tokens)[[5, 6]])) for tokens in (clean, bad))
    for head, effect in zip(HEADS, (0.998, 0.0, 0.996, 0.006, 1.312, -0.288), strict=True):
        patched = float(np.subtract(*_loops(names, bad, {head: _constant(good[head])})[[5, 6]]))
        assert (patched - low) / (high - low) == pytest.approx(effect, abs=6e-4)
    assert round(1.310 - 0.286, 3) == 1.024


def test_the_exercises_say_what_the_laboratory_does(ran: tuple[dict[str, Any], str]) -> None:
    names = ran[0]
    third = np.array([0, 5, 1, 6, 2, 7, 3, 4])
    low = names["ld"](names["run"](third)[0], 5, 6)
    patched = names["ld"](names["run"](third, {"2.0.out": lambda _x: names["clean"]["2.0.out"]})[0], 5, 6)
    assert (round(low, 2), round(patched - low, 2)) == (0.64, 5.15)
    assert round((patched - low) / (names["high"] - low), 2) == 1.39
    assert round(1.312 * (names["high"] - names["low"]), 1) == 11.4
    assert round(_table()["1.1"][0] - 4.79, 2) == 0.54
    mirrored, cache = names["run"](np.array([0, 5, 1, 6, 2, 5, 3, 4]))
    assert np.sign(names["attribution"](cache, 6, 5)[[2, 4]]).tolist() == [1, -1]
    assert mirrored[-1, 6] > mirrored[-1, 5]


def test_the_figures_show_the_printed_numbers(ran: tuple[dict[str, Any], str], monkeypatch: pytest.MonkeyPatch) -> None:
    names = ran[0]
    folder = Path(__file__).parents[2] / "scripts/figures"
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("week4", folder / "week4.py")
    assert spec is not None
    assert spec.loader is not None
    drawn = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawn)

    shares = names["attribution"](names["clean"], 5, 6)[1:] / names["high"]
    effects = [names["effect"]({f"{h}.out": lambda _x, h=h: names["clean"][f"{h}.out"]}) for h in HEADS]

    assert np.allclose(drawn.DIRECT, shares, atol=0.0051)
    assert np.allclose(drawn.TOTAL, effects, atol=0.0051)
    rows = [[float(n) for n in row.split(",")] for row in re.findall(r"^stream\d \[(.*)\]$", ran[1], re.MULTILINE)]
    assert rows == drawn.STREAMS


def test_worked_examples_correctives_and_forms() -> None:
    def share(part: list[float], u: list[float], sigma: float) -> float:
        mean = sum(part) / len(part)
        return sum((value - mean) * weight for value, weight in zip(part, u, strict=True)) / sigma

    assert share([3, 1, 0, 0], [1, -1, 0, 2], 2) == 0
    assert share([2, 0, 4, -2], [2, -1, 1, -1], 2) == pages.answer(WEEK, "a-share")
    assert share([0, 3, -3, 4], [-1, 1, -1, 2], 4) == pages.answer(WEEK, "b-share")
    assert share([0, 0, 3, 1], [1, 0, 2, 0], 2) == pages.answer(WEEK, "r-share")
    ledger = [[1.0, 1, 1, 1], [4.0, 0, 0, 0], [-1.0, -1, -1, 3]]
    assert [share(part, [2, 0, 0, 1], 2) for part in ledger] == [0, 2.5, 0.5]
    assert pytest.approx(pages.answer(WEEK, "a-normalise")) == (2.2 + 0.8) / 4
    assert pages.answer(WEEK, "b-normalise") == (-0.5 + 1.5) / 4
    assert pages.answer(WEEK, "r-normalise") == (2 + 4) / 8
    assert pages.answer(WEEK, "a-mean-ablation") == 1 + (6 + 2 + 4 + 4) / 4
    assert pages.answer(WEEK, "b-mean-ablation") == (9 + 7 + 8 + 4) / 4 - 1


def _pipes(s: float, p: float, q: float, square: bool = False) -> float:
    return (p * p if square else 2 * p) + 10 - q + s


def test_paths_of_the_corrective() -> None:
    assert (_pipes(3, 3, 3), _pipes(1, 1, 1)) == (16, 12)
    assert [(_pipes(*way) - 12) / 4 for way in ((1, 3, 1), (1, 1, 3), (3, 1, 1))] == [1, -0.5, 0.5]
    assert (_pipes(3, 3, 3, True), _pipes(1, 1, 1, True)) == (19, 11)
    assert [(_pipes(*way, True) - 11) / 8 for way in ((1, 3, 1), (1, 1, 3), (3, 1, 1))] == [1, -0.25, 0.25]


def _small_model(x: Array, a: Array, m: Array, told: dict[tuple[int, int], Array] | None = None) -> list[list[Array]]:
    """Return what each head of each layer writes, by loops; `told` exchanges one head's output."""
    written = []
    for layer in range(len(a)):
        out = [np.tanh(a[layer][h] @ x @ m[layer][h]) for h in range(len(a[layer]))]
        out = [(told or {}).get((layer, h), o) for h, o in enumerate(out)]
        written.append(out)
        x = x + np.sum(out, axis=0)
    return [*written, [x]]


def test_patching_references_agree_with_a_model_of_loops() -> None:
    rng = np.random.default_rng(9)
    clean, bad, u = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.normal(size=3)
    a, m = np.tril(rng.uniform(size=(2, 2, 4, 4))), rng.normal(size=(2, 2, 3, 3))
    good, wrong = _small_model(clean, a, m), _small_model(bad, a, m)
    high, low = good[-1][0][-1] @ u, wrong[-1][0][-1] @ u
    lost = pages.reference(WEEK, "head_noising")(clean, bad, a, m, u)
    for layer, head in np.ndindex(2, 2):
        out = _small_model(clean, a, m, {(layer, head): wrong[layer][head]})[-1][0][-1] @ u
        assert np.isclose(lost[layer, head], (high - out) / (high - low))
    effects = pages.reference(WEEK, "path_effects")(clean, bad, a[0], m[0], a[1], m[1], u)
    middle = bad + wrong[0][0] + wrong[0][1]
    for h, g in np.ndindex(2, 2):
        seen = np.tanh(a[1, g] @ (middle - wrong[0][h] + good[0][h]) @ m[1, g])
        out = _small_model(bad, a, m, {(1, g): seen})[-1][0][-1] @ u
        assert np.isclose(effects[h, g], (out - low) / (high - low))
    only = pages.reference(WEEK, "receiver_effects")(clean, bad, a[0], m[0], a[1], m[1], u, np.array([False, True]))
    assert np.isclose(
        only[1],
        (good[1][1] - np.tanh(a[1, 1] @ (clean + good[0][0] + wrong[0][1]) @ m[1, 1]))[-1] @ u / (high - low),
    )
    single = pages.reference(WEEK, "stream_patching")(clean, bad, a[:, 0], m[:, 0], u)
    assert single.shape == (3, 4)
    assert np.isclose(single[2, 3], 1)
    assert np.allclose(single[2, :3], 0)


def test_attribution_references_add_up_to_the_logit_difference() -> None:
    rng = np.random.default_rng(3)
    parts, gamma, unembed = rng.normal(size=(4, 6)), rng.uniform(1, 2, size=6), rng.normal(size=(6, 5))
    total = parts.sum(axis=0)
    logits = gamma * (total - total.mean()) / sqrt(float(((total - total.mean()) ** 2).mean()) + 1e-5) @ unembed
    shares = pages.reference(WEEK, "attribute_difference")(parts, gamma, unembed, 1, 4, 1e-5)
    assert np.isclose(shares.sum(), logits[1] - logits[4])
    weights, x, v, o = (rng.normal(size=size) for size in ((2, 3), (3, 6), (2, 6, 2), (2, 2, 6)))
    sources = pages.reference(WEEK, "attribute_sources")(weights, x, v, o, total, unembed, 1, 4)
    out = [weights[h] @ x @ v[h] @ o[h] for h in range(2)]
    u = unembed[:, 1] - unembed[:, 4]
    assert np.allclose(sources.sum(axis=1), [(c - c.mean()) @ u / total.std() for c in out])
