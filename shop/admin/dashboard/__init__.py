"""The page staff start from, and the search that is on every page."""
