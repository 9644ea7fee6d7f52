"""What the shop has to say: pages, a journal, lookbooks, and the links at the foot of every page."""
