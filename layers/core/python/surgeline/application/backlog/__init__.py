"""An older queue is brought in here, looked at, answered, and offered to pools in slices."""
