"""Pages of admissions, by reader."""
