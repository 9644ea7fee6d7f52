"""Money in and money back, through Stripe."""
