"""Alerts: what they are raised by, when they are raised and cleared, and the book of them."""
