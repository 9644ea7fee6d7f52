"""Copies of the whole shop, made while it runs, and the way back from one."""
