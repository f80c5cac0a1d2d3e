"""Encoders of sentences live here: how a text becomes a vector."""
