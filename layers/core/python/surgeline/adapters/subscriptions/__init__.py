"""Subscribers are reached here: by mail, or by a signed webhook."""
