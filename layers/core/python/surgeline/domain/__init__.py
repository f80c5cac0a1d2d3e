"""The pure core: thread state, events, effects and `decide`. No clock, no I/O, no randomness."""
