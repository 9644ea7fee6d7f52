"""Where the shop delivers, how, and for how much."""
