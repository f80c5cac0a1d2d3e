"""Signatures live here: Standard Webhooks, the keys of endpoints and their rotation."""
