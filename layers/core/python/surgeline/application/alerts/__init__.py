"""Alerts are raised, cleared and acknowledged here, in one book that a home keeps."""
