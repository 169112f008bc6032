"""Letters: queued in the transaction that causes them, sent exactly once; and the minute tick."""
