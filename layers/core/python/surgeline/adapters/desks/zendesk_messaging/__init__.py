"""A pool that works in Zendesk's messaging, by its switchboard (docs/desks/zendesk-messaging.md)."""
