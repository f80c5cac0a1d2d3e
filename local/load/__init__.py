"""Load: open-loop traffic over the signed channel, and an account of every reply."""
