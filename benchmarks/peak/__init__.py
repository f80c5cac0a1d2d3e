"""A surge that is led is held here against the best fixed shifts, and against disturbances."""
