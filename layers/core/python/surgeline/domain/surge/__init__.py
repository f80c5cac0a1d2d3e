"""The rules of a surge: how many people to bring in, from which pools, and why."""
