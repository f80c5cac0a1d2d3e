"""Articles live here: what one is, how it is read and checked."""
