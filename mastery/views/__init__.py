"""Pages of mastery, by who reads them."""
