"""The figures of `make bench`: pages, weights and grading, measured beside floors of their own."""
