"""Graders of check items: each judges an answer and writes nothing. Code items are graded inside a box (docs/sandbox.md)."""
