"""A pool that works in Zendesk, by tickets (docs/desks/zendesk.md)."""
