"""Graders of check items: each judges an answer and writes nothing. Code runs inside a box (docs/sandbox.md)."""
