"""Settings of the measured site: the product's own, with a header more and the minimal page inside it."""

from pathlib import Path

from whitebox.settings import *  # noqa: F403  # what is measured is the product, so nothing else may differ

ROOT_URLCONF = "tests.benchmarks.urls"
MIDDLEWARE = ["tests.benchmarks.counting.CountQueries", *MIDDLEWARE]  # noqa: F405
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")  # type: ignore[attr-defined]  # noqa: F405
