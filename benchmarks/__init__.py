"""Measurements: never beside the tests, each with the machine's load and a baseline of its run."""
