"""Pages of writing, deciding and publishing."""
