"""Products: found, made, edited, priced, and shown with their pictures."""
