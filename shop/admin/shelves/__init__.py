"""Pages about what stands on the shelves and what people make of it."""
