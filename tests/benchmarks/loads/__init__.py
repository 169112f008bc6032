"""What is added to the demonstration to measure under a large load."""
