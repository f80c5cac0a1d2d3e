"""Encoders of sentences live here; an encoder turns a text into a vector."""
