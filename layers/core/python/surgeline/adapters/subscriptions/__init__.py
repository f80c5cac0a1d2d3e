"""Subscribers are reached here: by mail, in a chat, or by a signed webhook."""
