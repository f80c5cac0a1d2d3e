"""Processes live here: the supervisor, its children and how they end together."""
