"""Where money is and where it came from: double entry, sealed by the database."""
