"""Vitrine, a small shop. Begin with `shop/app.py`."""
