"""Who buys here, with an account or without: known by the email address of what they ordered."""
