"""Stand-ins for the servers of channels' providers live here, one module each."""
