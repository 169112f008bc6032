"""Settings of the measured site: the product's own, with one header more."""

from whitebox.settings import *  # noqa: F403  # what is measured is the product, so nothing may differ

MIDDLEWARE = ["tests.benchmarks.counting.CountQueries", *MIDDLEWARE]  # noqa: F405
