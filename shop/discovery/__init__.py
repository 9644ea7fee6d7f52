"""How others find the shop: what search engines, readers of feeds and pages that link here are told."""
