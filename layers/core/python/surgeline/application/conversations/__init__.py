"""The use cases of a thread live here: take a message in, advance it, show it, erase it."""
