"""The programme as a whole: evidence, privacy, demonstration."""
