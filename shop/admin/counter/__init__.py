"""The counter: orders, their money, parcels and returns, as the staff work on them."""
