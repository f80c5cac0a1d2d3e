"""The far ends of outbound calls, for every test of them here."""

from tests.unit.adapters.outbound.far_ends import abroad, authority, network, sender, serve

__all__ = ["abroad", "authority", "network", "sender", "serve"]
