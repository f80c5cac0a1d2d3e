"""The commands about customers live here: the system that knows them, and what we hold of one."""
