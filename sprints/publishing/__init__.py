"""From a draft to a public page: write-ups, levels, endorsements, publication."""
