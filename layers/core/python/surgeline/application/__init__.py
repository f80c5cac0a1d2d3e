"""Use cases and the ports they speak through. No vendor, no edge, no operating system."""
