"""A service's vectors are asked for and paid for here, where a deployment has turned them on."""
