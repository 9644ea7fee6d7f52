"""What was sold, to whom, for how much, and what has become of it."""
