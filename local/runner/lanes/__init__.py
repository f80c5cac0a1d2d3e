"""Lanes live here, and each lane is a function that a queue wakes."""
