"""Implementations of the ports: AWS, channels, pools, and the wire formats they share."""
