"""Use cases and their ports live here. They know no vendor, no edge and no operating system."""
