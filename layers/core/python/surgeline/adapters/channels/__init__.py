"""The kinds of channels live here, one module each, listed in `configuration.kinds`."""
