"""Load sends open-loop traffic over the signed channel, and accounts for every reply."""
