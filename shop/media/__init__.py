"""Pictures the shop shows: what was sent, and the smaller ones made from it."""
