"""Measurements stand apart from the tests, each with the machine's load and its own baseline."""
