"""A customer's message is understood here by what went before it."""
