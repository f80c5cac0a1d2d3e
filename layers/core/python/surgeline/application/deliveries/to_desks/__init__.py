"""Deliveries that go to pools' tools, and files that come from there, are made here."""
