"""Articles live here: their shape, their reading and their checks."""
