"""Stored arrays live here: one file image holds many, and products over them are fast."""
