"""Pages about who buys here."""
