"""Harbour is an invented messenger: the example of a channel of somebody's own.

See docs/channels/own.md. `hook.py` and `kind.py` are the channel. `server.py` stands in for the
provider, and `driver.py` plays both for the suite of all kinds.
"""
