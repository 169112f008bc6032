"""From raters' scores to decisions: calibration, reliability, selection, assignment. Imports nothing of ours."""
