"""The simulation runs the package's own functions, and its bounds can fail."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from whitebox.judging.simulation import Setting, calibration_error, simulate


def test_routing_finds_more_of_the_best_at_equal_reading() -> None:
    found = simulate(8, seed=1, setting=Setting(draws=200))

    assert (found.runs, found.reviews) == (8, 600)
    assert 0.60 < found.raw < 0.74
    assert found.adjusted > found.raw - 0.02
    assert found.routed > found.adjusted + 0.03
    assert found.calibration_error < 0.03


def test_calibration_error_is_the_distance_between_chance_and_truth() -> None:
    chances = np.array([0.1, 0.1, 0.9, 1.0])

    assert calibration_error(chances, np.array([0.0, 0.0, 1.0, 1.0])) == pytest.approx((0.2 + 0.1) / 4)


def test_a_simulation_without_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        simulate(0, seed=1)


def test_command_prints_exactly_the_agreed_object() -> None:
    out = StringIO()

    call_command("screening_simulation", runs=1, seed=4, json=True, stdout=out)

    found = json.loads(out.getvalue())
    assert list(found) == ["recall", "calibration_error", "reviews", "runs"]
    assert list(found["recall"]) == ["raw", "adjusted", "routed"]
    assert (found["reviews"], found["runs"]) == (600, 1)


def test_command_tells_a_table_without_json() -> None:
    out = StringIO()

    call_command("screening_simulation", "--runs=1", "--seed=4", stdout=out)

    assert [line.split()[0] for line in out.getvalue().splitlines()] == [
        "1",
        "raw",
        "adjusted",
        "routed",
        "calibration",
    ]


def test_command_refuses_no_runs() -> None:
    with pytest.raises(CommandError, match="at least one run"):
        call_command("screening_simulation", runs=0)
