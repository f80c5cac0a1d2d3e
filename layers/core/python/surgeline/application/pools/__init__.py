"""The use cases of agent pools live here: offers, seats, capacity and pools' own events."""
