"""A vendor's pool and a company's channel, simulated: the worked examples of both protocols.

Each has a pure core (an event in, actions out) and a thin aiohttp shell; neither knows anything of
Surgeline but what docs/pool-protocol.md and docs/channel-api.md say.
"""
