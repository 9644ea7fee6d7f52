"""The pictures of Fathom & Fold, drawn by programs. Needs the extra `art`; nothing else of the shop imports it."""
