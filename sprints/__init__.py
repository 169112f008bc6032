"""From an open problem to a published result."""
