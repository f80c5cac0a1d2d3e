"""A pool that works in Chatwoot, by an inbox of the kind API (docs/desks/chatwoot.md)."""
