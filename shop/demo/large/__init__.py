"""A large shop that one can believe in, of any size, the same for the same seed: for what only shows with many rows."""
