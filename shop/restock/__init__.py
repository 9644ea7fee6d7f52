"""Mails to those who asked for what had sold out."""
