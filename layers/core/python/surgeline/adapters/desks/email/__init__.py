"""A pool that works in a mailbox or in a helpdesk's address (docs/desks/email.md)."""
