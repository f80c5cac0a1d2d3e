"""Stored arrays live here: one file image for many, and fast products over them."""
