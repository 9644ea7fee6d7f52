"""The demo shop's last sixty days: orders in every state, and what else keeps a shop busy. The same day, the same past.

`plan.py` says who bought what and what became of it, `sales.py` writes it with all that hangs on it, and into the
books of Stripe's twin, `around.py` the rest; `live.py` is where it begins. The audit is their judge.
"""
