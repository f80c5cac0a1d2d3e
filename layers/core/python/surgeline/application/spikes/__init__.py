"""This room counts customers by topic, and keeps the spikes that were noticed."""
