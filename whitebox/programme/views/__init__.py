"""The pages of the programme as a whole."""
