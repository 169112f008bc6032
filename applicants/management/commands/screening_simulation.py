"""`manage.py screening_simulation --runs 120 --seed 1`: what calibration and routing are worth."""

import json as plain_json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whitebox.judging.simulation import Outcome, simulate


class Command(BaseCommand):
    help = (
        "Simulate cohorts at the variances of NIPS 2014 and measure who is found by the functions that the desk uses."
    )
    requires_system_checks = ()  # It touches neither the database nor the pages.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--runs", type=int, default=120)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, runs: int, seed: int, json: bool, **options: Any) -> None:
        if runs < 1 or seed < 0:
            raise CommandError("A simulation needs at least one run and a seed of zero or more.")
        outcome = simulate(runs, seed)
        if json:
            self.stdout.write(plain_json.dumps(_row(outcome)))
        else:
            self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        self.stdout.write(f"{outcome.runs} cohorts, {outcome.reviews} readings each; share of the true best found:")
        for name, share in _row(outcome)["recall"].items():
            self.stdout.write(f"  {name:<10}{share:.3f}")
        self.stdout.write(f"calibration error of P(top K): {outcome.calibration_error:.4f}")


def _row(outcome: Outcome) -> dict[str, Any]:
    return {
        "recall": {"raw": outcome.raw, "adjusted": outcome.adjusted, "routed": outcome.routed},
        "calibration_error": outcome.calibration_error,
        "reviews": outcome.reviews,
        "runs": outcome.runs,
    }
