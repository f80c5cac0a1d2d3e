"""Estimates of waits are held against waits here, beside the estimates that others use."""
