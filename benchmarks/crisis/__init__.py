"""A crisis is turned on and off here while many customers write."""
