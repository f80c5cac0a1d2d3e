"""The ways to reach a pool live here, one module each, listed in `configuration.kinds`."""
