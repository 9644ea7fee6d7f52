"""Work that people wait for: step by step, with its progress kept, wherever it is interrupted."""
