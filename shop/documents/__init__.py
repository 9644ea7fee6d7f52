"""Invoices, credit notes and packing slips: what is written down once, and drawn whenever somebody asks."""
