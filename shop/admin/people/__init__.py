"""Who works here: signing in, accounts, the staff and what they may, and what they have changed."""
