"""Implementations of the ports live here: AWS, channels, pools and the wire formats they share."""
