"""Modules, sessions, preparation and pace: the flipped classroom."""
