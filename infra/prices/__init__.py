"""List prices are read here, below everything that a deployment or a bill needs them for."""
