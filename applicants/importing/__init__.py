"""Taking over the applications of another form tool from its CSV file."""
