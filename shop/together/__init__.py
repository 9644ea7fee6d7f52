"""What is bought together, and how much of each: learned from paid orders, every night."""
