"""Pools that work in tools of their own, such as a mailbox or Slack, are heard and told here."""
