"""Lanes live here: each is one function woken by one queue."""
