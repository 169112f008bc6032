"""Objectives, checks, attempts, grading and gates: mastery learning."""
