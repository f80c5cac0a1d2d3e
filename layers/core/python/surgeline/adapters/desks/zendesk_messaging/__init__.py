"""A pool that works in Zendesk's messaging, by its switchboard.

Its page is docs/desks/zendesk-messaging.md.
"""
