"""Who buys here, with an account or without: known by the e-mail address of what they ordered."""
