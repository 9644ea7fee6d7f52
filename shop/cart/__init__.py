"""What a visitor means to buy, and what it comes to."""
