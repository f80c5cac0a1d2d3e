"""A vendor's pool and a company's channel are simulated here, as worked examples of both protocols.

Each has a pure core (an event in, actions out) and a thin aiohttp shell. Both know nothing of
Surgeline but docs/pool-protocol.md and docs/channel-api.md.
"""
