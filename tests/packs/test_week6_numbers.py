"""The numbers and formulas of week 6, computed again in another way."""

from typing import Any

import numpy as np
import pytest

from tests.packs import pages


def reference(name: str) -> Any:
    return pages.reference(6, name)


def test_the_page_runs_and_prints_what_its_tables_say() -> None:
    printed = pages.run_alone(6)
    table = [pages.numbers(line) for line in printed[:4]]
    split = [pages.numbers(line) for line in printed[-8:-4]]

    assert [row[0] for row in table] == [100, 500, 1000, 2000]
    assert [row[2] for row in table] == pytest.approx([13.1, 6.96, 1.29, 0.007], rel=0.2)
    assert [row[3] for row in table] == pytest.approx([0.0, 0.08, 0.70, 1.0], abs=0.06)
    assert "[ 2  4  5  7  8 13]" in printed
    assert [row[1] for row in split[:2]] == pytest.approx([1.96, 0.09], rel=0.2)
    assert [row[2] for row in split] == pytest.approx([1.45, 2.04, 3.20, 3.26], rel=0.1)
    assert pages.numbers(printed[-4]) == [1.0]
    assert pages.numbers(printed[-3])[0] == pytest.approx(0.5, abs=0.1)
    assert [pages.numbers(line)[0] for line in printed[-2:]] == pytest.approx([1.0, 0.01], abs=0.02)


def test_controls_of_the_page_hold() -> None:
    then = """
keys = np.array([1, 3, 6, 9, 10, 11])
angle = 2 * np.pi * np.outer(i + j, keys) / p
waves = np.hstack([np.cos(angle), np.sin(angle)]) * np.sqrt(2) / p
rest, left = split(kept[500])
print(loss(rest, held_out), loss(left, seen))
bare, known, new = train(decay=0.0)
print(loss(logits(bare[2000], X), new), (logits(bare[2000], X).argmax(1) == c)[new].mean())
inputs = kept[2000][0] @ kept[2000][1]
print(np.median([shares(inputs[:, [n]]).max() for n in range(width)]))
print(*[shares(kept[step][0])[[2, 4, 5, 7, 8, 13]].sum() for step in (200, 500, 1000, 1500, 2000)])
"""
    wrong_keys, no_decay, neurons, share = (pages.numbers(line) for line in pages.run_alone(6, then)[-4:])

    assert wrong_keys == pytest.approx([3.37, 0.003], abs=0.1)
    assert no_decay[0] == pytest.approx(55, rel=0.1)
    assert no_decay[1] < 0.02
    assert neurons[0] > 0.95
    assert share == pytest.approx([0.60, 0.71, 0.87, 0.93, 0.94], abs=0.03)


@pytest.mark.parametrize("p", [5, 7, 29])
def test_frequency_shares_agree_with_the_fast_transform(p: int) -> None:
    table = np.random.default_rng(p).normal(size=(p, 4))
    power = (np.abs(np.fft.fft(table, axis=0)) ** 2).sum(axis=1)
    folded = power[: (p + 1) // 2] + np.append(0, power[: (p - 1) // 2 : -1])

    assert reference("frequency_shares")(table) == pytest.approx(folded / power.sum())


def test_waves_of_the_sum_agree_with_the_transform_in_two_dimensions() -> None:
    act = np.random.default_rng(1).normal(size=(11, 11))
    power = np.abs(np.fft.fft2(act - act.mean())) ** 2
    diagonal = [power[k, k] + power[-k, -k] for k in range(1, 6)]

    assert reference("sum_wave_shares")(act) == pytest.approx(np.array(diagonal) / power.sum())


def test_restricted_and_excluded_parts_agree_with_the_transform_in_two_dimensions() -> None:
    rng = np.random.default_rng(2)
    p, keys = 7, [1, 3]
    table = rng.normal(size=(p, p, p))
    kept = np.zeros((p, p), dtype=bool)
    for k in keys:
        kept[k, k] = kept[-k, -k] = True
    spectrum = np.fft.fft2(table, axes=(0, 1))
    key_part = np.fft.ifft2(spectrum * kept[:, :, None], axes=(0, 1)).real
    right = np.add.outer(np.arange(p), np.arange(p)) % p

    def entropy(scores: Any) -> Any:
        chosen = np.take_along_axis(scores, right[:, :, None], axis=2)[:, :, 0]
        return np.log(np.exp(scores).sum(axis=2)) - chosen

    seen = rng.random((p, p)) < 0.5
    assert reference("restricted_loss")(table, keys) == pytest.approx(
        entropy(key_part + table.mean(axis=(0, 1))).mean()
    )
    assert reference("excluded_loss")(table, keys, seen) == pytest.approx(entropy(table - key_part)[seen].mean())


def test_clock_by_products_is_the_cosine_of_the_sum() -> None:
    a, b, keys, weights = np.array([3, 28, 11]), np.array([6, 28, 0]), np.array([2, 13]), np.array([1.0, 0.4])
    rest = (a + b)[:, None] - np.arange(29)
    direct = sum(w * np.cos(2 * np.pi * k * rest / 29) for k, w in zip(keys, weights, strict=True))

    assert reference("clock_logits")(a, b, 29, keys, weights) == pytest.approx(direct)


@pytest.mark.parametrize(("phases", "holds"), [(3, True), (4, False), (5, True), (8, True)])
def test_squared_neurons_add_with_a_strength_that_depends_on_the_difference(phases: int, holds: bool) -> None:
    p, w = 29, 2 * np.pi * 5 / 29
    a, b = (grid.ravel()[:, None] for grid in np.meshgrid(np.arange(p), np.arange(p), indexing="ij"))
    phi = 2 * np.pi * np.arange(phases) / phases
    neurons = (np.cos(w * a + phi) + np.cos(w * b + phi)) ** 2
    read = neurons @ np.cos(w * np.arange(p) + 2 * phi[:, None])
    formula = phases / 2 * (1 + np.cos(w * (a - b))) * np.cos(w * (a + b - np.arange(p)))

    assert np.allclose(read, formula) == holds
    if holds:
        assert np.array_equal(read.argmax(axis=1), ((a + b) % p).ravel())


def test_leads_of_one_two_and_six_frequencies() -> None:
    def best_rival(keys: list[int]) -> float:
        offsets = np.arange(1, 29)
        return float(np.cos(2 * np.pi * np.outer(offsets, keys) / 29).sum(axis=1).max())

    assert [best_rival([k]) for k in range(1, 15)] == pytest.approx([1 - 0.0234] * 14, abs=1e-4)
    assert best_rival([2, 5]) / 2 == pytest.approx(0.69, abs=0.005)
    assert best_rival([2, 4, 5, 7, 8, 13]) == pytest.approx(1.43, abs=0.005)


def test_all_three_frequencies_of_seven_leave_all_rivals_equal() -> None:
    offsets = np.arange(1, 7)

    assert np.cos(2 * np.pi * np.outer(offsets, [1, 2, 3]) / 7).sum(axis=1) == pytest.approx([-0.5] * 6)
    assert pytest.approx([0.03, 0.17, 0.59], abs=0.005) == [0.5**5, 0.7**5, 0.9**5]


def test_numeric_answers_of_both_forms() -> None:
    n = np.arange(5)
    one = np.array([6, 2.809, 1.691, 1.691, 2.809])
    two = np.array([5, -1.118, 1.118, 1.118, -1.118])

    assert 2 / 5 * one @ np.cos(2 * np.pi * n / 5) == pytest.approx(2, abs=0.005)
    assert 2 / 5 * two @ np.cos(4 * np.pi * n / 5) == pytest.approx(3, abs=0.005)
    assert np.cos(2 * np.pi * np.array([1, 2]) * (5 + 4 - 1) / 7).sum() == pytest.approx(0.401, abs=0.001)
    assert np.cos(2 * np.pi * np.array([1, 3]) * (6 + 5 - 2) / 7).sum() == pytest.approx(0.401, abs=0.001)
    assert pytest.approx([4.52, 4.21], abs=0.005) == [(0.9 / 0.7) ** 6, (0.8 / 0.6) ** 5]
