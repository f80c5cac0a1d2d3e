"""The virtual home's speed is measured in messages a second of processor time, by their outcome."""
