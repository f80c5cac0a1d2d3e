"""The pure core has thread state, events, effects and `decide`.

It has no clock, I/O or randomness.
"""
