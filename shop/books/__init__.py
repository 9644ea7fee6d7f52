"""Proof that the books are right, and what mends them where they are not."""
