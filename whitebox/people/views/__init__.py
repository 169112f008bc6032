"""Pages of people: about oneself, and about those one teaches."""
