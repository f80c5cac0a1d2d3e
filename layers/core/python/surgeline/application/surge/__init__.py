"""The use cases of the surge controller live here: what it sees, what it does, and its record."""
