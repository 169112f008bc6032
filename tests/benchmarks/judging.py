"""What it costs to turn scores into figures, on simulated scores of the variances of NIPS 2014.

python -m tests.benchmarks.judging FILE
"""

import json
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from whitebox.judging.calibration import fit
from whitebox.judging.selection import probability_of_top

SEED, TIMES = 1, 3
SHARE = 0.15  # of the applications is sought


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    applicants: int
    reviewers: int
    scores: int
    limit: float | None  # seconds


CASES = (
    Case("fit and P(top K), 1,000 applications x 3, 20 reviewers", 1_000, 20, 3_000, 1.0),
    Case("fit and P(top K), 20,000 applications x 3, 100 reviewers", 20_000, 100, 60_000, 20.0),
    Case("fit, 70,000 scores, 3,000 applications, 1,100 reviewers", 3_000, 1_100, 70_000, None),
)


def rows(case: Case) -> tuple[list[int], list[int], list[float]]:
    """Draw who read what at random; each application has about as many readings as every other."""
    rng = random.Random(SEED)
    worth = [rng.gauss(5.2, 1.13) for _one in range(case.applicants)]
    severity = [rng.gauss(0, 0.49) for _one in range(case.reviewers)]
    applicants = [place % case.applicants for place in range(case.scores)]
    reviewers = [rng.randrange(case.reviewers) for _place in range(case.scores)]
    pairs = zip(applicants, reviewers, strict=True)
    return applicants, reviewers, [worth[one] + severity[other] + rng.gauss(0, 1.126) for one, other in pairs]


def measure(case: Case) -> list[dict[str, float]]:
    given = rows(case)
    taken = []
    for _turn in range(TIMES):
        wall, cpu = time.perf_counter(), time.process_time()
        fitted = fit(*given)
        if case.limit is not None:
            probability_of_top(fitted, round(SHARE * case.applicants), SEED)
        taken.append({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu})
    return taken


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps({case.name: measure(case) for case in CASES}))
